import { expect, test } from "bun:test";
import { answer, Gate, hold, text } from "../../fakes/model-provider/index.ts";
import { within } from "../../support/index.ts";
import { TwoBots } from "./world.ts";

test("B14: an account is switched off and on, given another token and a proxy, while turns of it and of another run on", async () => {
  await using it = await TwoBots.start();
  const { main, work, accounts, ann } = it;
  const gates = { [main.username]: new Gate(), [work.username]: new Gate() };
  it.model.on(({ userText }) => {
    const [name, gate] = Object.entries(gates).find(([key]) => userText.includes(`slow ${key}`)) ?? [];
    return gate && answer([text("Half"), hold(gate), text(` and whole ${String(name)}`)]);
  });
  for (const bot of [main, work]) ann.says(`slow ${bot.username}`, { in: ann.chat(bot) });
  await within("both turns to run", Promise.all(Object.values(gates).map((gate) => gate.reached)));
  const connects = it.connects(main);
  const broken = it.broken(main);

  // The turns run until all of it is done: a change that waited for one of them would never be.
  await it.write({ ...accounts, work: { ...accounts.work, enabled: false } });
  await it.is("work", "stopped");
  let before = it.connects(work);
  await it.write(accounts);
  await it.connected(work, before);
  const other = it.telegram.bot();
  await it.write({ ...accounts, work: { ...accounts.work, botToken: other.token } });
  await it.connected(other);
  before = it.connects(work);
  await it.write(accounts);
  await it.connected(work, before);
  before = it.connects(work);
  // A Telegram on this machine is not asked through it; the connection is made anew all the same.
  await it.write({ ...accounts, work: { ...accounts.work, proxy: "http://proxy.example:8080" } });
  await it.connected(work, before);

  for (const gate of Object.values(gates)) gate.open();
  for (const bot of [main, work]) {
    const whole = `Half and whole ${bot.username}`;
    await it.telegram.journal.when(`${whole}`, () => ann.chat(bot).texts(bot).includes(whole));
    expect(it.model.about(`slow ${bot.username}`)).toHaveLength(1);
  }
  expect({ connects: it.connects(main), broken: it.broken(main) }).toEqual({ connects, broken });
  expect(it.gateway.output()).not.toContain("restarting");
}, 30_000);

import { expect, test } from "bun:test";
import { answer, Gate, hold, text } from "../../fakes/model-provider/index.ts";
import { until, within } from "../../support/index.ts";
import { TwoBots } from "./world.ts";

/** What a change of one account may take, from the file to the bot being asked for updates again. */
const FLIP_MS = 2_000;

test("B14: an account is switched off and on, given another token and a proxy, each within two seconds, while turns of it and of another run on", async () => {
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

  const inTime = (what: string, isDone: () => boolean | Promise<boolean>) => until(what, isDone, FLIP_MS);
  const isPolled = (bot: typeof work) => () => bot.queue.isPolled;
  await it.write({ ...accounts, work: { ...accounts.work, enabled: false } });
  await inTime("the account to be off", async () => (await it.account("work"))?.lifecycle === "stopped");
  await it.write(accounts);
  await inTime("the account to be on", isPolled(work));
  const other = it.telegram.bot();
  await it.write({ ...accounts, work: { ...accounts.work, botToken: other.token } });
  await inTime("the other bot to be asked", isPolled(other));
  await it.write(accounts);
  await inTime("the first bot to be asked again", isPolled(work));
  const before = it.connects(work);
  // A Telegram on this machine is not asked through it; the connection is made anew all the same.
  await it.write({ ...accounts, work: { ...accounts.work, proxy: "http://proxy.example:8080" } });
  await inTime("the connection to be made anew", () => it.connects(work) > before && work.queue.isPolled);

  for (const gate of Object.values(gates)) gate.open();
  for (const bot of [main, work]) {
    const whole = `Half and whole ${bot.username}`;
    await it.telegram.journal.when(`${whole}`, () => ann.chat(bot).texts(bot).includes(whole));
    expect(it.model.about(`slow ${bot.username}`)).toHaveLength(1);
  }
  expect({ connects: it.connects(main), broken: it.broken(main) }).toEqual({ connects, broken });
  expect(it.gateway.output()).not.toContain("restarting");
}, 30_000);

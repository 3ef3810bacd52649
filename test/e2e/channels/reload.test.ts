import { expect, setDefaultTimeout, test } from "bun:test";
import { spoken } from "../../fakes/model-provider/index.ts";
import type { Bot } from "../../fakes/telegram/index.ts";
import { CONFIG_FILE, TwoBots } from "./world.ts";

setDefaultTimeout(60_000);

/** What was seen of a bot's connection before and after something. */
function watch(world: TwoBots, bot: Bot) {
  const before = { connects: world.connects(bot), broken: world.broken(bot) };
  return () => ({
    connects: world.connects(bot) - before.connects,
    broken: world.broken(bot) - before.broken,
  });
}

const UNTOUCHED = { connects: 0, broken: 0 };

/** The gateway says this in the same breath in which what is read when it is used comes into force: no message is taken between. */
const IN_FORCE = "evaluating reload";

test("B14: accounts under traffic: a change reaches the account it is about and no other, and no word is lost or said twice", async () => {
  await using it = await TwoBots.start();
  const { main, work, accounts, ann } = it;
  const talkers = [it.talker(main), it.talker(work)] as const;
  const [talk, workTalk] = talkers;
  const goOn = () => Promise.all(talkers.map((one) => one.goesOn()));
  await goOn();
  const mainSeen = watch(it, main);
  let workSeen = watch(it, work);
  const reloaded = async (change: object, line: string) => {
    await it.rewrite(line, { ...accounts, work: { ...accounts.work, ...change } });
    await goOn();
  };
  const bo = it.telegram.user({ firstName: "Bo" });
  const group = it.telegram.supergroup({ members: [ann, main, work] });

  // What is read when it is used: not even the changed account notices.
  await reloaded({ name: "Office" }, "hot reload applied (channels.telegram.accounts.work.name)");
  expect(await it.account("work")).toMatchObject({ name: "Office", lifecycle: "ready" });
  await reloaded({ allowFrom: [ann.id, bo.id] }, IN_FORCE);
  bo.says("ECHO let in", { in: bo.chat(work) });
  await it.telegram.journal.when("Bo's answer", () => bo.chat(work).texts(work).includes("let in"));
  await reloaded({ groups: { [group.id]: {} } }, IN_FORCE);
  ann.says(`ECHO in a group @${work.username}`, { in: group });
  await it.telegram.journal.when("the group's answer", () =>
    group.texts(work).some((text) => text.includes("in a group")),
  );
  expect(group.texts(main)).toEqual([]);
  await reloaded({ streaming: { mode: "off" } }, IN_FORCE);
  expect(workSeen()).toEqual(UNTOUCHED);

  // What a connection is made of: that one is made anew.
  await reloaded({ network: { dnsResultOrder: "verbatim" } }, "hot reload applied");
  await it.telegram.journal.when("a new connection", () => workSeen().connects === 1);
  await workTalk.goesOn();

  // A third account comes, and one is disabled, enabled again with another token, and removed.
  const third = it.telegram.bot();
  const more = { third: { botToken: third.token, dmPolicy: "allowlist", allowFrom: [ann.id] } };
  await it.write({ ...accounts, ...more });
  await it.connected(third);
  ann.says("ECHO third", { in: ann.chat(third) });
  await it.telegram.journal.when("an answer of the third", () => ann.chat(third).texts().includes("third"));
  workSeen = watch(it, work);
  await it.write({ ...accounts, ...more, work: { ...accounts.work, enabled: false } });
  await it.is("work", "stopped");
  const unheard = workTalk.said;
  await talk.goesOn();
  expect(workTalk.said - unheard).toBeLessThanOrEqual(1);
  await it.write({ ...accounts, ...more });
  await workTalk.goesOn();
  expect(workSeen().connects).toBe(1);
  const other = it.telegram.bot();
  await it.write({ ...accounts, third: { ...more.third, botToken: other.token } });
  await it.connected(other);
  ann.says("ECHO other", { in: ann.chat(other) });
  await it.telegram.journal.when("an answer of the other", () => ann.chat(other).texts().includes("other"));
  await it.write(accounts);
  await it.is("third", undefined);

  expect(mainSeen()).toEqual(UNTOUCHED);
  for (const talker of talkers) expect(await talker.end()).toEqual(talker.answered);
});

test("B14: a file that cannot be read as a configuration leaves everything as it runs, and the gateway says what is wrong", async () => {
  await using it = await TwoBots.start();
  const talkers = [it.talker(it.main), it.talker(it.work)] as const;
  const seen = [it.main, it.work].map((bot) => watch(it, bot));
  for (const work of [{ botToken: 5 }, { ...it.accounts.work, dmPolicy: "sometimes" }]) {
    await it.rewrite("channels.telegram.accounts.work", { ...it.accounts, work });
    await Promise.all(talkers.map((one) => one.goesOn()));
  }
  expect(seen.map((one) => one())).toEqual([UNTOUCHED, UNTOUCHED]);
  for (const talker of talkers) expect(await talker.end()).toEqual(talker.answered);
});

test("a setting an account cannot run with stops that account, says why, and its messages wait until it is mended", async () => {
  await using it = await TwoBots.start();
  const mainSeen = watch(it, it.main);
  const broken = { ...it.accounts.work, webhookUrl: "https://bot.example.org/hook", webhookSecret: " " };
  await it.write({ ...it.accounts, work: broken });
  await it.is("work", "blocked");
  const { statusIssues } = await it.call("channels.status");
  expect(statusIssues).toMatchObject([
    { accountId: "work", message: expect.stringContaining("no webhookSecret") },
  ]);
  const talker = it.talker(it.work);
  await it.write(it.accounts);
  await talker.goesOn();
  expect(mainSeen()).toEqual(UNTOUCHED);
  expect(await talker.end()).toEqual(talker.answered);
});

test("channels add and remove of the command line reach the running gateway: a bot is there when the command is done, and gone", async () => {
  await using it = await TwoBots.start();
  const seen = [it.main, it.work].map((bot) => watch(it, bot));
  const third = it.telegram.bot();
  const added = await it.openclaw(
    ["channels", "add", "telegram", "--account", "third", "--token", "-"],
    third.token,
  );
  expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining("Added Telegram account third.") });
  await it.is("third", "ready");
  await it.connected(third);
  const again = it.telegram.bot();
  const replaced = ["channels", "add", "telegram", "--account", "third", "--token", "-", "--name", "Alerts"];
  expect(await it.openclaw(replaced, again.token)).toMatchObject({ code: 0 });
  await it.connected(again);
  const removed = await it.openclaw(["channels", "remove", "telegram", "--account", "third", "--delete"]);
  expect(removed).toMatchObject({ code: 0 });
  await it.is("third", undefined);
  expect(await Bun.file(it.home.at(CONFIG_FILE)).text()).not.toContain(again.token);
  expect(seen.map((one) => one())).toEqual([UNTOUCHED, UNTOUCHED]);
});

test("B14: what stands beside the channels is taken from the file as it is changed, with no account touched", async () => {
  await using it = await TwoBots.start();
  const { accounts, ann, main } = it;
  const seen = [main, it.work].map((bot) => watch(it, bot));
  const bo = it.telegram.user({ firstName: "Bo" });
  const says = async (person: typeof ann, text: string, answer: string) => {
    const chat = person.chat(main);
    const before = chat.texts(main).length;
    person.says(text, { in: chat });
    await it.telegram.journal.when(answer, () =>
      chat
        .texts(main)
        .slice(before)
        .some((heard) => heard.includes(answer)),
    );
  };
  const family = { ...accounts, main: { ...accounts.main, allowFrom: ["accessGroup:family"] } };
  const members = (...ids: number[]) => ({
    accessGroups: { family: { type: "message.senders", members: { telegram: ids } } },
  });
  const reloaded = (rest: object) => it.rewrite(IN_FORCE, family, { ...members(ann.id, bo.id), ...rest });
  await it.rewrite(IN_FORCE, family, members(ann.id));
  await says(ann, "ECHO one", "one");
  await reloaded({});
  await says(bo, "ECHO two", "two");

  const agents = {
    defaults: { model: { primary: "mock/mock-1" } },
    entries: { main: { default: true }, clerk: { identity: { name: "Clerk" } } },
  };
  await reloaded({ agents });
  const bindings = [{ agentId: "clerk", match: { channel: "telegram", accountId: "main" } }];
  await reloaded({ agents, bindings });
  await says(bo, "ECHO three", "three");
  await reloaded({ agents, bindings, session: { dmScope: "main" } });
  await says(bo, "ECHO four", "four");
  const { sessions } = await it.call("sessions.list", { limit: 100 });
  const keys = (sessions as { key: string }[]).map(({ key }) => key).toSorted();
  expect(keys).toEqual([
    "agent:clerk:main",
    `agent:clerk:telegram:main:direct:${bo.id}`,
    `agent:main:telegram:main:direct:${ann.id}`,
    `agent:main:telegram:main:direct:${bo.id}`,
  ]);

  await reloaded({ messages: { responsePrefix: "[prefixed]" } });
  await says(bo, "ECHO five", "[prefixed] five");
  const short = { ...family, main: { ...family.main, dmHistoryLimit: 1 } };
  await it.rewrite(IN_FORCE, short, members(ann.id, bo.id));
  for (const word of ["six", "seven", "eight"]) await says(ann, `ECHO ${word}`, word);
  const shown = it.model.requests.at(-1)?.turns.filter(({ role }) => role === "user");
  expect(shown?.map(({ text }) => spoken(text))).toEqual(["ECHO seven", "ECHO eight"]);
  await reloaded({ commands: { allowFrom: { telegram: [ann.id] } } });
  await says(ann, "/whoami", String(ann.id));
  expect(seen.map((one) => one())).toEqual([UNTOUCHED, UNTOUCHED]);
  expect(it.gateway.output()).not.toContain("restarting");
});

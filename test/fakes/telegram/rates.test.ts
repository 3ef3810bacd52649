import { expect, test } from "bun:test";
import { caller, FakeTelegram } from "./index.ts";

test("a chat takes a short burst, then is told how long to wait; other chats are not slowed", async () => {
  let now = 0;
  await using telegram = await FakeTelegram.start({
    limits: { perSecond: 100, chatBurst: 3, perChatSecond: 0.5 },
    now: () => now,
  });
  const call = caller(telegram, telegram.bot());
  const [al, bo] = [telegram.user(), telegram.user()];
  const say = (chat: { id: number }) => call("sendMessage", { chat_id: chat.id, text: "x" });
  al.chat();
  bo.chat();
  for (let index = 0; index < 3; index += 1) expect(await say(al)).toMatchObject({ ok: true });
  expect(await say(al)).toMatchObject({
    error_code: 429,
    description: "Too Many Requests: retry after 2",
    parameters: { retry_after: 2 },
  });
  expect(await say(bo)).toMatchObject({ ok: true });
  now += 2_000;
  expect(await say(al)).toMatchObject({ ok: true });
  expect(await say(al)).toMatchObject({ error_code: 429 });
  expect(await call("sendChatAction", { chat_id: al.id, action: "typing" })).toMatchObject({ ok: true });
});

test("all chats together, and a group in a minute, have their limits", async () => {
  const now = 0;
  await using telegram = await FakeTelegram.start({
    limits: { perSecond: 25, chatBurst: 25, perGroupMinute: 20 },
    now: () => now,
  });
  const bot = telegram.bot();
  const call = caller(telegram, bot);
  const people = Array.from({ length: 10 }, () => telegram.user());
  const group = telegram.supergroup({ members: [bot] });
  for (const person of people) person.chat();
  const say = (id: number) => call("sendMessage", { chat_id: id, text: "x" });
  const refused = (answers: readonly unknown[]) =>
    answers.filter((answer) => (answer as { ok: boolean }).ok === false).length;
  const inGroup = await Promise.all(Array.from({ length: 22 }, () => say(group.id)));
  expect(refused(inGroup)).toBe(2);
  // 20 of the 25 went to the group.
  expect(refused(await Promise.all(people.map(({ id }) => say(id))))).toBe(5);
});

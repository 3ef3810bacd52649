import { expect, test } from "bun:test";
import { until } from "../../../support/wait.ts";
import { FakeTelegram } from "../index.ts";
import { caller } from "../caller.ts";

const ids = (result: unknown) => (result as { update_id: number }[]).map((update) => update.update_id);

test("an offset confirms what lies before it, and only that is gone", async () => {
  await using telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const call = caller(telegram, bot);
  const al = telegram.user();
  for (const text of ["1", "2", "3", "4"]) al.says(text);
  const [first = 0, second = 0, third = 0, fourth = 0] = ids(await call.ok("getUpdates", { offset: 0 }));
  expect(ids(await call.ok("getUpdates", { offset: third, limit: 1 }))).toEqual([third]);
  expect(ids(await call.ok("getUpdates", { offset: first }))).toEqual([third, fourth]);
  expect(ids(await call.ok("getUpdates", { offset: -1 }))).toEqual([fourth]);
  expect(bot.queue.pending.map((update) => update.update_id)).toEqual([fourth]);
  expect([second, third, fourth]).toEqual([first + 1, first + 2, first + 3]);
});

test("an offset far beyond the newest update confirms nothing", async () => {
  await using telegram = await FakeTelegram.start();
  const call = caller(telegram, telegram.bot());
  telegram.user().says("still here");
  expect(ids(await call.ok("getUpdates", { offset: 999_999_999 }))).toHaveLength(1);
});

test("a long poll is answered by the next update, several at once in one answer", async () => {
  await using telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const call = caller(telegram, bot);
  const al = telegram.user();
  const answer = call.ok("getUpdates", { offset: 0, timeout: 30 });
  await until("the poll to wait", () => bot.queue.isPolled);
  al.says("a");
  al.says("b");
  expect(ids(await answer)).toHaveLength(2);
});

test("a second getUpdates throws the first one out with 409", async () => {
  await using telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const call = caller(telegram, bot);
  const first = call("getUpdates", { timeout: 30 });
  await until("the poll to wait", () => bot.queue.isPolled);
  const second = call("getUpdates", { timeout: 30 });
  expect(await first).toEqual({
    ok: false,
    error_code: 409,
    description:
      "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  });
  telegram.user().says("x");
  expect(await second).toMatchObject({ ok: true });
});

test("what may be told stays as it was said last, and reactions are told on request only", async () => {
  await using telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const call = caller(telegram, bot);
  const al = telegram.user();
  const said = al.says("x");
  al.reacts(said, "👍");
  expect(bot.queue.pending).toHaveLength(1);
  await call.ok("getUpdates", { allowed_updates: ["message", "message_reaction"] });
  al.reacts(said, "🔥");
  al.edits(said, "y");
  expect(bot.queue.pending.map((update) => Object.keys(update)[1])).toEqual(["message", "message_reaction"]);
  await call.ok("getUpdates", { offset: 1 });
  expect(bot.queue.allowed).toEqual(["message", "message_reaction"]);
});

test("a wrong token is 401, what is no token 404, an unknown method 404", async () => {
  await using telegram = await FakeTelegram.start();
  const bot = telegram.bot();
  const ask = async (path: string) => (await fetch(`${telegram.apiRoot}${path}`)).json();
  expect(await ask("/bot1:abc/getMe")).toEqual({ ok: false, error_code: 401, description: "Unauthorized" });
  expect(await ask("/botabc/getMe")).toEqual({ ok: false, error_code: 404, description: "Not Found" });
  expect(await ask(`/bot${bot.token}/GETME`)).toMatchObject({ ok: true });
  expect(await ask(`/bot${bot.token}/sendNothing`)).toEqual({
    ok: false,
    error_code: 404,
    description: "Not Found: method not found",
  });
  telegram.revoke(bot);
  expect(await ask(`/bot${bot.token}/getMe`)).toMatchObject({ error_code: 401 });
});

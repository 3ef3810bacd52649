import { expect, test } from "bun:test";
import { Bot } from "grammy";
import { spawnFakeTelegram } from "./process.ts";

test("as a process of its own it counts what a bot answers, and tells what it did not", async () => {
  await using telegram = await spawnFakeTelegram();
  const bot = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
  let heard = 0;
  bot.on("message:text", async (context) => {
    const said = context.message.text.replace("ECHO ", "");
    heard += 1;
    if (heard !== 3 && heard !== 7) await context.reply(said);
  });
  const running = bot.start();
  await telegram.polled(5000);
  const burst = await telegram.burst(2, 4, 500);
  expect(burst.map(({ answeredAt }) => answeredAt !== undefined)).toEqual([true, true, false, true]);
  const talk = await telegram.converse(3, 2, 500);
  expect(talk.filter(({ answeredAt = 0, saidAt }) => answeredAt >= saidAt)).toHaveLength(4);
  await bot.stop();
  await running;
});

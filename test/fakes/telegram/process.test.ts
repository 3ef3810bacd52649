import { expect, test } from "bun:test";
import { Bot } from "grammy";
import { PATIENCE_MS } from "../../support/wait.ts";
import { spawnFakeTelegram } from "./process.ts";

/** Nothing comes of it: what is longer proves no more. */
const IN_VAIN_MS = 200;

test("as a process of its own it counts what a bot answers, and tells what it did not", async () => {
  await using telegram = await spawnFakeTelegram();
  const bot = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
  let isSilent = false;
  bot.on("message:text", async (context) => {
    if (!isSilent) await context.reply(context.message.text.replace("ECHO ", ""));
  });
  const running = bot.start();
  await telegram.polled(PATIENCE_MS);
  const burst = await telegram.burst(2, 4, PATIENCE_MS);
  expect(burst.map(({ answeredAt = 0, saidAt }) => answeredAt >= saidAt)).toEqual([true, true, true, true]);
  const talk = await telegram.converse(3, 2, PATIENCE_MS);
  expect(talk.filter(({ answeredAt = 0, saidAt }) => answeredAt >= saidAt)).toHaveLength(6);
  isSilent = true;
  const unheard = [
    ...(await telegram.burst(2, 4, IN_VAIN_MS)),
    ...(await telegram.converse(3, 2, IN_VAIN_MS)),
  ];
  // Who is not answered says nothing more.
  expect(unheard.map(({ answeredAt }) => answeredAt)).toEqual(Array.from({ length: 4 + 3 }, () => undefined));
  await bot.stop();
  await running;
});

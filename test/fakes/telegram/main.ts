import { Crowd } from "./crowd.ts";
import { FakeTelegram } from "./server.ts";
import type { Order } from "./process.ts";

// The fake as a program of its own, so that a measurement of the gateway does not measure the fake:
//   bun test/fakes/telegram/main.ts [--port N] [--limits]
// Prints one JSON line {port, pid, token} when it listens, with one bot, and ends when its standard input does. To
// every line on its standard input, an order as JSON (process.ts), it answers with one line.

const args = process.argv.slice(2);
const portAt = args.indexOf("--port");
const telegram = await FakeTelegram.start({
  ...(portAt < 0 ? {} : { port: Number(args[portAt + 1]) }),
  ...(args.includes("--limits") ? { limits: true } : {}),
});
const bot = telegram.bot();

async function obey(order: Order): Promise<unknown> {
  // Calls are heard as they come; keeping them would count as memory of nobody's.
  telegram.journal.clear();
  switch (order.do) {
    case "converse": {
      using crowd = new Crowd(telegram, bot, order.people);
      return await crowd.converse(order.rounds, order.patienceMs);
    }
    case "burst": {
      using crowd = new Crowd(telegram, bot, order.people);
      return await crowd.burst(order.messages, order.patienceMs);
    }
    case "polled":
      return telegram.journal.when("the bot to be polled", () => bot.queue.isPolled, order.patienceMs);
  }
}

console.log(JSON.stringify({ port: telegram.port, pid: process.pid, token: bot.token }));
for await (const line of console) {
  if (line.trim() === "") continue;
  console.log(JSON.stringify(await obey(JSON.parse(line) as Order)));
}
await telegram.stop();

import { silentLogger } from "../../src/lib/logger.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { openStore, type OutboxRow } from "../../src/store/index.ts";
import { arrived, delivery } from "./channels-contract.ts";
import { runIdOf } from "./runs-contract.ts";

/**
 * Reads a stream of numbered events from where its cursor stands, answers each, and sends the answers, for ever. What a
 * platform would see is said on stdout: `asked <n>` when the stream is read from n on, `sent <n>` when an answer arrives.
 */
const [path = ""] = process.argv.slice(2);
const say = (line: string) => Bun.write(Bun.stdout, `${line}\n`);
const store = await openStore({ path, clock: systemClock, log: silentLogger });

async function send(row: OutboxRow): Promise<void> {
  const begun = row.state === "sending" ? row : await store.outbox.begin(row.id);
  if (begun === undefined) return;
  await say(`sent ${begun.summary}`);
  await store.outbox.arrived(begun.id, { messageId: begun.summary });
}

for (const row of await store.outbox.open()) {
  if (row.state === "sending") await store.outbox.end(row.id, "unknown", "the process died");
  else await send(row);
}
while (true) {
  for (const row of await store.inbox.waiting()) {
    const n = row.eventKey;
    await store.inbox.begin([row.id], runIdOf(n));
    const reply = delivery(1, {
      lane: n,
      summary: n,
      idempotency: { scope: "reply", key: n },
      atOnce: row.id % 2 === 0,
    });
    for (const sending of await store.inbox.settle([row.id], "answered", [reply])) await send(sending);
  }
  const from = Number((await store.inbox.cursor("telegram", "bot:1")) ?? "1");
  await say(`asked ${from}`);
  // A platform that was not asked past them tells the last ones again.
  const batch = Array.from({ length: 5 }, (_, i) => Math.max(1, from - 2) + i);
  const events = batch.map((n) => arrived(n, { eventKey: String(n) }));
  await store.inbox.accept(events, {
    channel: "telegram",
    identity: "bot:1",
    value: String(Math.max(1, from - 2) + 5),
  });
}

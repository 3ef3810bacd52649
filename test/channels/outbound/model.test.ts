import { expect, test } from "bun:test";
import fc from "fast-check";
import { SendError } from "../../../src/channels/index.ts";
import { RecordingChannel } from "./support/recording-channel.ts";
import { request, wayOut } from "./support/way-out.ts";

/** What the platform does about a call, and what of it we hear. */
const fate = fc.constantFrom(
  "arrives",
  "arrives",
  "arrives",
  "busy",
  "throttled",
  "refused",
  "not-ready",
  "uncertain, yet arrived",
  "uncertain, and lost",
  "dies after it arrived",
  "dies before it arrived",
);

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("reply" as const),
      chat: fc.constantFrom("1", "2", "2:7"),
      parts: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      chat: fc.constantFrom("1", "2"),
      key: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(500, 5_000, 700_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "die" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "stop" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "retry" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("connection" as const), up: fc.boolean() }) },
);

test("whatever fails and whenever the process dies: no part twice unless a person said so, none out of order, none forgotten", async () => {
  let uncertain = 0;
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 15 }),
      fc.array(fate, { maxLength: 30 }),
      async (steps, script) => {
        const fates = [...script];
        const channel = new RecordingChannel();
        await using way = await wayOut(channel);
        /** Parts that reached the platform, by chat. */
        const seen = new Map<string, string[]>();
        let isDead = false;
        channel.platform = ({ chatId, topicId, text }) => {
          const chat = topicId === undefined ? chatId : `${chatId}:${topicId}`;
          const arrive = () => void seen.set(chat, [...(seen.get(chat) ?? []), text]);
          const next = fates.shift() ?? "arrives";
          if (next.startsWith("dies")) {
            isDead = true;
            if (next === "dies after it arrived") arrive();
            return Promise.withResolvers<void>().promise;
          }
          if (next === "busy") throw new SendError("busy", "502");
          if (next === "throttled") throw new SendError("busy", "429", { retryAfterMs: 3_000 });
          if (next === "refused") throw new SendError("refused", "blocked");
          if (next === "not-ready") throw new SendError("not-ready", "offline");
          if (next !== "uncertain, and lost") arrive();
          if (next.startsWith("uncertain")) throw new SendError("uncertain", "timed out");
          return undefined;
        };
        let messages = 0;
        const textOf = (name: string, parts: number) =>
          Array.from({ length: parts }, (_, i) => `${name}.${i}`).join("|");
        /** Deliveries that may have arrived and were tried again all the same. */
        const repeated = new Set<number>();
        /** Deliveries that a person moved out of their order. */
        const moved = new Set<number>();
        const die = async () => {
          isDead = false;
          await way.restart();
        };
        for (const now of steps) {
          if (now.do === "reply") {
            await way.reply(now.chat, textOf(`m${++messages}`, now.parts));
          } else if (now.do === "send") {
            const idempotency = { scope: "send", key: String(now.key) };
            const sending = way.deliveries.deliver(
              request("3", textOf(`k${now.key}`, 2), { origin: "send", idempotency }),
              0,
            );
            // It may be refused for want of a connection.
            await Promise.race([sending.catch(() => {}), way.pass(1)]);
          } else if (now.do === "pass") {
            await way.pass(now.ms, 1_000 * Math.ceil(now.ms / 20_000));
          } else if (now.do === "die") {
            await die();
          } else if (now.do === "stop") {
            const stopped = way.deliveries.stop(100);
            await way.pass(100);
            await stopped;
            await die();
          } else if (now.do === "retry") {
            for (const { id, state } of await way.store.outbox.list({ states: ["unknown", "dead"] })) {
              if (state === "unknown") repeated.add(id);
              moved.add(id);
              await way.deliveries.retry(id);
            }
          } else if (now.up) channel.connect();
          else channel.disconnect();
          await way.rest();
          if (isDead) await die();
        }
        channel.connect();
        for (let i = 0; i < 200 && (await way.store.outbox.open()).length > 0; i++) {
          await way.pass(600_000, 60_000);
          if (isDead) await die();
        }

        expect(await way.store.outbox.open()).toEqual([]);
        const rows = await way.store.outbox.list({ limit: 1_000 });
        const all = [...seen.values()].flat();
        for (const row of rows.filter(({ origin }) => origin !== "unconfirmed")) {
          const parts = row.summary.split("|");
          const times = parts.map((part) => all.filter((text) => text === part).length);
          const arrived = row.receipts.length;
          // What has a receipt arrived; of the rest at most the one call nobody knows about.
          expect(times.slice(0, arrived).every((count) => count >= 1)).toBe(true);
          expect(times.slice(arrived + 1).every((count) => count === 0)).toBe(true);
          if (!repeated.has(row.id)) {
            expect(times.every((count) => count <= 1)).toBe(true);
            if (row.state !== "unknown") expect(times[arrived] ?? 0).toBe(0);
          }
          if (row.state === "sent") expect(arrived).toBe(parts.length);
          else expect(["dead", "unknown"]).toContain(row.state);
          uncertain += row.state === "unknown" ? 1 : 0;
          sent += row.state === "sent" ? 1 : 0;
        }
        const outOfOrder = new Set(
          rows.filter(({ id }) => moved.has(id)).flatMap(({ summary }) => summary.split("|")),
        );
        const place = new Map(
          rows.flatMap(({ id, summary }) => summary.split("|").map((part, i) => [part, id * 10 + i])),
        );
        for (const texts of seen.values()) {
          const order = texts
            .filter((text) => /^[mk]\d/.test(text) && !outOfOrder.has(text))
            .map((text) => place.get(text) ?? 0);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
      },
    ),
    { numRuns: 150 },
  );
  // The runs were about something.
  expect(sent).toBeGreaterThan(0);
  expect(uncertain).toBeGreaterThan(0);
}, 120_000);

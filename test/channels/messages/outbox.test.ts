import { expect, test } from "bun:test";
import { Addressing, Directory, History, Messages } from "../../../src/channels/messages/index.ts";
import { DurableDeliveries } from "../../../src/channels/outbound/index.ts";
import { SendError } from "../../../src/channels/outbound-message.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { secretRegistry } from "../../../src/lib/redact.ts";
import type { ProtocolError } from "../../../src/protocol/index.ts";
import { within } from "../../support/index.ts";
import { configOf, type Rig, rig, settled } from "../accounts/rig.ts";
import { MAIN } from "./rig.ts";

// The service over the real outbox: what becomes of requests when platforms and processes fail.

interface Life {
  readonly messages: Messages;
  readonly mirrored: string[];
  end(): Promise<void>;
}

/** A process over the store: the way out and the service. */
async function life(world: Rig): Promise<Life> {
  const { accounts, store, clock } = world;
  const deliveries = new DurableDeliveries({
    store,
    accounts,
    secrets: secretRegistry(),
    clock,
    log: silentLogger,
    random: () => 0.5,
  });
  await deliveries.start();
  const directory = new Directory({ sessions: store.sessions, pairing: store.channelPairing });
  const mirrored: string[] = [];
  const router = { route: () => ({ agentId: "main", sessionKey: MAIN }) };
  const messages = new Messages({
    accounts,
    addressing: new Addressing({ accounts, directory, config: () => configOf({}) }),
    deliveries,
    conversations: { mirror: async (_, text) => void mirrored.push(text) },
    history: new History({ router, sessions: store.sessions, transcripts: store.transcripts }),
    idempotency: store.idempotency,
    mediaJails: async () => [],
    log: silentLogger,
  });
  return { messages, mirrored, end: () => deliveries.stop(0) };
}

async function world(): Promise<Rig> {
  const made = await rig({ configured: [{ id: "default" }] });
  await made.accounts.start();
  made.channel.of("default").say({ lifecycle: "ready", connected: true });
  return made;
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "it did not fail",
    (error: ProtocolError) => error.toShape(),
  );
}

const HELLO = { to: "777", message: "Hello", idempotencyKey: "k", sessionKey: MAIN };

test("a message arrives once, and its key is answered with the same by the next process", async () => {
  await using at = await world();
  const first = await life(at);
  const answers = [first.messages.send(HELLO), first.messages.send(HELLO)];
  expect(await within("both answers", Promise.all(answers))).toEqual([
    { runId: "k", messageId: "1", channel: "telegram", chatId: "777" },
    { runId: "k", messageId: "1", channel: "telegram", chatId: "777" },
  ]);
  await first.end();
  const second = await life(at);
  expect(await second.messages.send(HELLO)).toMatchObject({ messageId: "1" });
  await second.end();
  expect(at.channel.of("default").sent).toHaveLength(1);
  expect([...first.mirrored, ...second.mirrored]).toEqual(["Hello"]);
});

test("what the platform refused fails, and fails again for the same key after a restart", async () => {
  await using at = await world();
  at.channel.of("default").send_ = () =>
    Promise.reject(new SendError("refused", "bot was blocked by the user"));
  const first = await life(at);
  const error = await failure(first.messages.send(HELLO));
  expect(error).toMatchObject({
    code: "UNAVAILABLE",
    retryable: false,
    details: { deliveryStatus: "failed" },
  });
  await first.end();
  at.channel.of("default").send_ = undefined;
  const second = await life(at);
  expect(await failure(second.messages.send(HELLO))).toEqual(error);
  await second.end();
  expect(at.channel.of("default").sent).toHaveLength(1);
});

test("what may have arrived is said to be uncertain and is not sent again by its key", async () => {
  await using at = await world();
  at.channel.of("default").send_ = () => Promise.reject(new SendError("uncertain", "the connection broke"));
  const first = await life(at);
  expect(await failure(first.messages.send(HELLO))).toMatchObject({ details: { deliveryStatus: "unknown" } });
  at.channel.of("default").send_ = undefined;
  expect(await failure(first.messages.send(HELLO))).toMatchObject({ details: { deliveryStatus: "unknown" } });
  await first.end();
  expect(at.channel.of("default").sent).toHaveLength(1);
});

test("while the platform is busy the asker is told that it is queued, and its key later tells that it arrived", async () => {
  await using at = await world();
  const { clock } = at;
  at.channel.of("default").send_ = () =>
    Promise.reject(new SendError("busy", "too many requests", { retryAfterMs: 60_000 }));
  const first = await life(at);
  const asked = failure(first.messages.send(HELLO));
  await settled();
  clock.advance(25_000);
  expect(await within("the answer", asked)).toMatchObject({
    code: "UNAVAILABLE",
    details: { code: "OUTBOUND_DELIVERY_QUEUED", deliveryStatus: "queued" },
  });
  at.channel.of("default").send_ = undefined;
  clock.advance(60_000);
  await settled();
  expect(await within("the outcome", first.messages.send(HELLO))).toMatchObject({ messageId: "2" });
  await first.end();
});

test("nothing is taken for an account that cannot send", async () => {
  await using at = await world();
  await at.accounts.stopAccount("telegram", "default");
  const first = await life(at);
  expect(await failure(first.messages.send(HELLO))).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  expect(await at.store.outbox.open()).toEqual([]);
  await at.accounts.startAccount("telegram", "default");
  expect(await first.messages.send(HELLO)).toMatchObject({ messageId: "1" });
  await first.end();
});

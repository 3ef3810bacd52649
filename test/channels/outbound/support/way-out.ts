import type { DeliveryRequest } from "../../../../src/channels/index.ts";
import { DurableDeliveries } from "../../../../src/channels/outbound/index.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { secretRegistry } from "../../../../src/lib/redact.ts";
import { openStore, type OutboxRow, type Store } from "../../../../src/store/index.ts";
import { tempDir } from "../../../store/temp.ts";
import { ManualClock, PATIENCE_MS } from "../../../support/index.ts";
import { RecordingChannel } from "./recording-channel.ts";

/** Longer than anything in these tests takes. */
export const LONG_MS = 24 * 60 * 60 * 1_000;

/** Deliveries over a real store and a recorded channel, in a time of their own. */
export interface WayOut extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly channel: RecordingChannel;
  readonly path: string;
  readonly store: Store;
  readonly deliveries: DurableDeliveries;
  /** The process dies, and another one begins. */
  restart(): Promise<void>;
  /** Settles a message that is answered by these texts, and sends them, as the way in does. */
  reply(chat: string, ...texts: readonly string[]): Promise<readonly OutboxRow[]>;
  /** Lets everything happen that happens without time passing. */
  rest(): Promise<void>;
  /** Lets time pass, a step at a time. */
  pass(ms: number, stepMs?: number): Promise<void>;
  row(id: number): Promise<OutboxRow>;
}

/** A request to say `text` in `chat` (`chat:topic`). */
export function request(chat: string, text: string, over: Partial<DeliveryRequest> = {}): DeliveryRequest {
  const [chatId = "", topicId] = chat.split(":");
  return {
    channel: "test",
    target: { chatId, ...(topicId !== undefined && { topicId }) },
    content: { kind: "message", message: { text } },
    origin: "reply",
    ...over,
  };
}

export async function wayOut(
  channel = new RecordingChannel(),
  at?: string,
  heldBytesMax?: number,
): Promise<WayOut> {
  const dir = tempDir();
  const path = at ?? dir.file("s.sqlite");
  const clock = new ManualClock();
  const log = silentLogger;
  const open = () => openStore({ path, clock, log });
  const begin = async (store: Store) => {
    const deliveries = new DurableDeliveries({
      store,
      accounts: channel,
      secrets: secretRegistry(),
      clock,
      log,
      random: () => 0,
      ...(heldBytesMax !== undefined && { heldBytesMax }),
    });
    await deliveries.start();
    return deliveries;
  };
  let store = await open();
  let deliveries = await begin(store);
  let events = 0;
  const rest = async () => {
    // Every step of a delivery is a promise; none of them takes a timer.
    for (let i = 0; i < 4; i++) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    clock,
    channel,
    path,
    get store() {
      return store;
    },
    get deliveries() {
      return deliveries;
    },
    async restart() {
      await store.close();
      store = await open();
      deliveries = await begin(store);
    },
    async reply(chat, ...texts) {
      const [event] = await store.inbox.accept([
        {
          channel: "test",
          identity: "bot",
          accountId: "default",
          eventKey: `${clock.now()}-${++events}`,
          lane: chat,
          event: {},
        },
      ]);
      if (event === undefined) throw new Error("a new event is taken");
      const replies = texts.map((text) => deliveries.prepare(request(chat, text)));
      const rows = await store.inbox.settle([event.id], "answered", replies);
      deliveries.dispatch(rows);
      return rows;
    },
    rest,
    async pass(ms, stepMs = ms) {
      await rest();
      for (let passed = 0; passed < ms; passed += stepMs) {
        clock.advance(Math.min(stepMs, ms - passed));
        await rest();
      }
    },
    async row(id) {
      const found = await store.outbox.get(id);
      if (found === undefined) throw new Error(`there is no delivery ${id}`);
      return found;
    },
    async [Symbol.asyncDispose]() {
      const stopped = deliveries.stop(PATIENCE_MS);
      clock.advance(PATIENCE_MS);
      await stopped;
      await store.close();
      dir[Symbol.dispose]();
    },
  };
}

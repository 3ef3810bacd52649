import type { Logger } from "../../lib/logger.ts";
import { kvKey, type KvRepository } from "../../store/index.ts";

/** Characters of a note that are kept: it is a sentence for a chat, not a document. */
const MAX_NOTE_CHARS = 4_000;

/** A chat, as the caller named it; what is missing follows from the session. */
export interface SentinelPlace {
  readonly channel?: string | undefined;
  readonly to?: string | undefined;
  readonly accountId?: string | undefined;
  readonly threadId?: string | undefined;
}

/** What a gateway that ends leaves for the next one to say. */
export interface RestartSentinel {
  /** What led to the restart, for example `config-apply`. */
  readonly kind: string;
  readonly status: "ok";
  /** Epoch ms; names the sentinel. */
  readonly ts: number;
  readonly sessionKey?: string | undefined;
  readonly deliveryContext?: SentinelPlace | undefined;
  /** Words of whoever asked for it. */
  readonly message: string | null;
  readonly stats: Readonly<Record<string, unknown>>;
}

const SENTINEL = kvKey<RestartSentinel>("gateway.restartSentinel", parse);

/** Keeps the last sentinel in the store, where a crash does not lose it. */
export class RestartSentinels {
  constructor(
    private readonly kv: Pick<KvRepository, "get" | "set" | "delete">,
    private readonly log: Logger,
  ) {}

  /** False when it could not be stored; the restart is not kept back by that. */
  async leave(sentinel: RestartSentinel): Promise<boolean> {
    const message = sentinel.message?.slice(0, MAX_NOTE_CHARS) ?? null;
    try {
      await this.kv.set(SENTINEL, { ...sentinel, message });
      return true;
    } catch (error) {
      this.log.warn("nobody will be told of this restart: the note could not be stored", { error });
      return false;
    }
  }

  /** What the gateway before left to say; undefined when it left nothing. */
  async found(): Promise<RestartSentinel | undefined> {
    try {
      return await this.kv.get(SENTINEL);
    } catch (error) {
      this.log.warn("what was to be said after the restart cannot be read", { error });
      return undefined;
    }
  }

  /** It was said. */
  async settle(): Promise<void> {
    await this.kv.delete(SENTINEL);
  }
}

function parse(value: unknown): RestartSentinel {
  if (typeof value !== "object" || value === null) throw new TypeError("a restart sentinel is an object");
  const field = (of: object, name: string): unknown => Reflect.get(of, name);
  const text = (of: object, name: string): string | undefined => {
    const found = field(of, name);
    return typeof found === "string" ? found : undefined;
  };
  const ts = field(value, "ts");
  if (typeof ts !== "number") throw new TypeError("a restart sentinel has a time");
  const place = field(value, "deliveryContext");
  const stats = field(value, "stats");
  return {
    kind: text(value, "kind") ?? "restart",
    status: "ok",
    ts,
    sessionKey: text(value, "sessionKey"),
    deliveryContext:
      typeof place === "object" && place !== null
        ? {
            channel: text(place, "channel"),
            to: text(place, "to"),
            accountId: text(place, "accountId"),
            threadId: text(place, "threadId"),
          }
        : undefined,
    message: text(value, "message") ?? null,
    stats: typeof stats === "object" && stats !== null ? { ...stats } : {},
  };
}

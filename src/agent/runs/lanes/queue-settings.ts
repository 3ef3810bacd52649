import type { OpenClawConfig } from "../../../config/index.ts";
import type { QueueDrop, QueueMode, SessionEntry } from "../../../store/index.ts";
import { QUEUE_CAP, QUEUE_DEBOUNCE_MS } from "../limits.ts";
import type { RunRequest } from "../run.ts";

/** What happens to a message that finds its session busy. */
export interface QueueSettings {
  readonly mode: QueueMode;
  /** Messages that wait at most. */
  readonly cap: number;
  readonly drop: QueueDrop;
  /** Silence that ends a collection. */
  readonly debounceMs: number;
}

/** Request > session (`/queue`) > `messages.queue.byChannel` > `messages.queue` > steer. */
export function queueSettings(
  config: OpenClawConfig["messages"],
  entry: SessionEntry | undefined,
  request: Pick<RunRequest, "queueMode" | "sender">,
): QueueSettings {
  const queue = config?.queue;
  const { channel } = request.sender;
  return {
    mode: request.queueMode ?? entry?.queueMode ?? queue?.byChannel?.[channel] ?? queue?.mode ?? "steer",
    cap: entry?.queueCap ?? queue?.cap ?? QUEUE_CAP,
    drop: entry?.queueDrop ?? queue?.drop ?? "summarize",
    debounceMs: entry?.queueDebounceMs ?? queue?.debounceMsByChannel?.[channel] ?? QUEUE_DEBOUNCE_MS,
  };
}

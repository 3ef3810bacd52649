/** One measured quantity, with its budget for the compiled gateway on two cores. */
export interface Figure {
  readonly id: FigureId;
  readonly label: string;
  readonly unit: "µs" | "ms" | "s" | "KB" | "MB" | "MiB" | "/s" | "messages";
  readonly budget?: number;
  /** Which side of the budget is good. */
  readonly good: "low" | "high";
}

export type FigureId =
  | "version"
  | "health-command"
  | "first-start"
  | "later-start"
  | "big-start"
  | "start-cpu"
  | "rss-idle"
  | "health-p50"
  | "health-throughput"
  | "health-cpu"
  | "handshakes"
  | "handshakes-device"
  | "rss-handshakes"
  | "idle-connection"
  | "fanout-rate"
  | "fanout-p50"
  | "fanout-p99"
  | "size"
  | "first-turn"
  | "first-turn-used"
  | "rss-before-turn"
  | "rss-first-turn"
  | "turn-own-p50"
  | "turn-cpu"
  | "chunk-p50"
  | "turn-rate"
  | "completions-rate"
  | "long-append-p50"
  | "long-history-p50"
  | "live-session"
  | "sessions-start"
  | "sessions-list-p50"
  | "telegram-rss-idle"
  | "telegram-asked-p50"
  | "telegram-sent-p50"
  | "telegram-reply-p50"
  | "telegram-rate"
  | "telegram-cpu"
  | "telegram-burst"
  | "telegram-unanswered"
  | "telegram-chats-rss"
  | "whatsapp-rss-idle"
  | "whatsapp-reply-p50"
  | "whatsapp-burst"
  | "whatsapp-unanswered"
  | "down-worst"
  | "busy-port"
  | "answer-stop"
  | "command-stop"
  | "health-deaf"
  | "health-garbage"
  | "guide-worst"
  | "prompt-build";

/** The rows of the report, in its order. */
export const FIGURES: readonly Figure[] = [
  { id: "version", label: "openclaw --version", unit: "ms", budget: 20, good: "low" },
  { id: "health-command", label: "openclaw gateway health", unit: "ms", budget: 60, good: "low" },
  { id: "first-start", label: "spawn to first hello-ok, empty home", unit: "ms", budget: 150, good: "low" },
  { id: "later-start", label: "spawn to first hello-ok, used home", unit: "ms", budget: 150, good: "low" },
  { id: "big-start", label: "the same with a 135 MB store", unit: "ms", budget: 150, good: "low" },
  { id: "start-cpu", label: "CPU time until then", unit: "s", budget: 0.3, good: "low" },
  { id: "rss-idle", label: "resident memory, idle", unit: "MB", budget: 70, good: "low" },
  {
    id: "rss-handshakes",
    label: "resident memory after 1,000 handshakes",
    unit: "MB",
    budget: 70,
    good: "low",
  },
  { id: "idle-connection", label: "memory per idle connection", unit: "KB", budget: 8, good: "low" },
  { id: "health-p50", label: "health round trip, p50", unit: "ms", budget: 0.06, good: "low" },
  {
    id: "health-throughput",
    label: "health, 16 connections x 8 in flight",
    unit: "/s",
    budget: 40_000,
    good: "high",
  },
  { id: "health-cpu", label: "CPU time for one of these", unit: "µs", good: "low" },
  { id: "handshakes", label: "fresh handshakes", unit: "/s", budget: 4_000, good: "high" },
  {
    id: "handshakes-device",
    label: "fresh handshakes of a paired device",
    unit: "/s",
    budget: 4_000,
    good: "high",
  },
  {
    id: "fanout-rate",
    label: "events to 200 clients, deliveries",
    unit: "/s",
    budget: 300_000,
    good: "high",
  },
  { id: "fanout-p50", label: "one event to 200 clients, p50", unit: "ms", good: "low" },
  { id: "fanout-p99", label: "one event to 200 clients, p99", unit: "ms", budget: 10, good: "low" },
  { id: "size", label: "executable", unit: "MiB", budget: 125, good: "low" },
  { id: "first-turn", label: "first turn in an empty home, to the first word", unit: "ms", good: "low" },
  { id: "first-turn-used", label: "first turn after a restart", unit: "ms", good: "low" },
  {
    id: "rss-before-turn",
    label: "resident memory before the first turn",
    unit: "MB",
    budget: 70,
    good: "low",
  },
  { id: "rss-first-turn", label: "resident memory after it", unit: "MB", good: "low" },
  { id: "turn-own-p50", label: "chat.send to model request, p50", unit: "ms", budget: 4, good: "low" },
  { id: "turn-cpu", label: "CPU time for one turn", unit: "ms", budget: 8, good: "low" },
  { id: "chunk-p50", label: "first model chunk to client frame, p50", unit: "ms", good: "low" },
  {
    id: "turn-rate",
    label: "64 streaming turns at once, 5 ms a token",
    unit: "/s",
    budget: 100,
    good: "high",
  },
  {
    id: "completions-rate",
    label: "/v1/chat/completions, 8 at once, instant model",
    unit: "/s",
    budget: 400,
    good: "high",
  },
  { id: "long-append-p50", label: "append to a transcript of 10,000 entries, p50", unit: "ms", good: "low" },
  { id: "long-history-p50", label: "the last 200 messages of it, p50", unit: "ms", good: "low" },
  { id: "live-session", label: "memory per session that had a turn", unit: "KB", good: "low" },
  {
    id: "sessions-start",
    label: "spawn to first hello-ok with 10,000 sessions",
    unit: "ms",
    budget: 150,
    good: "low",
  },
  { id: "sessions-list-p50", label: "a page of 100 of them, p50", unit: "ms", good: "low" },
  {
    id: "telegram-rss-idle",
    label: "resident memory, idle, with Telegram",
    unit: "MB",
    budget: 110,
    good: "low",
  },
  { id: "telegram-asked-p50", label: "Telegram update to model request, p50", unit: "ms", good: "low" },
  { id: "telegram-sent-p50", label: "model answer to sendMessage, p50", unit: "ms", good: "low" },
  {
    id: "telegram-reply-p50",
    label: "Telegram update to sendMessage, p50",
    unit: "ms",
    budget: 20,
    good: "low",
  },
  { id: "telegram-rate", label: "Telegram messages answered, 32 chats at once", unit: "/s", good: "high" },
  { id: "telegram-cpu", label: "CPU time for one of these", unit: "ms", good: "low" },
  {
    id: "telegram-burst",
    label: "burst of 200 messages from 40 chats, to the last answer",
    unit: "s",
    budget: 3,
    good: "low",
  },
  {
    id: "telegram-unanswered",
    label: "left unanswered of it",
    unit: "messages",
    budget: 0,
    good: "low",
  },
  {
    id: "telegram-chats-rss",
    label: "resident memory after 5,000 chats wrote",
    unit: "MB",
    good: "low",
  },
  {
    id: "whatsapp-rss-idle",
    label: "resident memory, idle, with Telegram and WhatsApp",
    unit: "MB",
    budget: 110,
    good: "low",
  },
  { id: "whatsapp-reply-p50", label: "WhatsApp message to its answer, p50", unit: "ms", good: "low" },
  {
    id: "whatsapp-burst",
    label: "burst of 200 WhatsApp messages from 40 people, to the last answer",
    unit: "s",
    good: "low",
  },
  { id: "whatsapp-unanswered", label: "left unanswered of it", unit: "messages", budget: 0, good: "low" },
  {
    id: "down-worst",
    label: "slowest command to say that no gateway is there",
    unit: "ms",
    budget: 1_000,
    good: "low",
  },
  {
    id: "busy-port",
    label: "start on a busy port, until it says so",
    unit: "ms",
    budget: 1_000,
    good: "low",
  },
  { id: "answer-stop", label: "stop of an answer, slowest of 20", unit: "ms", budget: 200, good: "low" },
  {
    id: "command-stop",
    label: "stop of a stubborn command, slowest of 20",
    unit: "ms",
    budget: 200,
    good: "low",
  },
  {
    id: "health-deaf",
    label: "slowest health while a client does not read",
    unit: "ms",
    budget: 1_000,
    good: "low",
  },
  {
    id: "health-garbage",
    label: "slowest health while a client sends garbage",
    unit: "ms",
    budget: 1_000,
    good: "low",
  },
  { id: "guide-worst", label: "slowest answer of the built-in guide", unit: "ms", budget: 200, good: "low" },
  { id: "prompt-build", label: "composition of a system prompt", unit: "ms", budget: 1, good: "low" },
];

export type Measured = Partial<Record<FigureId, number>>;

/** The value at fraction `p` of the sorted samples; `NaN` without samples. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN;
}

/** The middle sample. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

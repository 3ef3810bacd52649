import { isRecord } from "../../../client/browser/index.ts";
import { imagesIn, type MessageLike, readMessage, textIn, toolCallsIn } from "./message.ts";

/** A line of the conversation. */
export type Entry =
  | {
      readonly kind: "person";
      readonly id: string;
      readonly text: string;
      readonly images: readonly string[];
      readonly at: number;
      /** Sent from here and not yet in the transcript. */
      readonly runId?: string;
    }
  | { readonly kind: "answer"; readonly id: string; readonly text: string; readonly at: number }
  | {
      readonly kind: "tool";
      /** The call's own id. */
      readonly id: string;
      readonly name: string;
      readonly input: string;
      readonly output: string;
      readonly state: "running" | "done" | "failed";
      readonly at: number;
    }
  | { readonly kind: "note"; readonly id: string; readonly text: string; readonly at: number }
  | { readonly kind: "trouble"; readonly id: string; readonly text: string; readonly at: number };

/** The answer that is being given. */
export interface Running {
  readonly runId: string;
  readonly text: string;
}

/** A conversation as it is shown. */
export interface Transcript {
  readonly entries: readonly Entry[];
  readonly running: Running | undefined;
}

/** A conversation before anything was read of it. */
export const NOTHING_SAID: Transcript = { entries: [], running: undefined };

/** The entries of stored messages, the oldest first. */
export function entriesOf(messages: readonly unknown[]): Entry[] {
  return messages.reduce<Entry[]>((entries, message) => [...added(entries, message)], []);
}

/** A message was written to the transcript. */
export function withMessage(transcript: Transcript, message: unknown): Transcript {
  const { entries, running } = transcript;
  const next = added(entries, message);
  if (next === entries) return transcript;
  // What was heard of this part of the answer is now in the transcript itself.
  const isAnswer = readMessage(message)?.role === "assistant";
  return { entries: next, running: running && isAnswer ? { ...running, text: "" } : running };
}

/** Something was said here; it stands at the end until it is in the transcript. */
export function withSent(
  transcript: Transcript,
  entry: Entry & { kind: "person"; runId: string },
): Transcript {
  return { entries: [...transcript.entries, entry], running: { runId: entry.runId, text: "" } };
}

/** What was said here was not taken. */
export function withoutSent({ entries, running }: Transcript, runId: string): Transcript {
  return {
    entries: entries.filter((entry) => entry.kind !== "person" || entry.runId !== runId),
    running: running?.runId === runId ? undefined : running,
  };
}

/** A `chat` frame: the answer grows, or the run is over. */
export function withChat(
  transcript: Transcript,
  payload: Readonly<Record<string, unknown>>,
  now: number,
): Transcript {
  const { runId, state } = payload;
  if (typeof runId !== "string") return transcript;
  const { entries, running } = transcript;
  const own = running?.runId === runId ? running : { runId, text: "" };
  switch (state) {
    case "status":
      return { entries, running: own };
    case "delta":
      return { entries, running: { runId, text: grown(own.text, payload) } };
    case "final":
      return {
        entries: ended(entries, runId, payload, now),
        running: running?.runId === runId ? undefined : running,
      };
    case "aborted":
      return over(transcript, own, { text: "Stopped.", now });
    case "error": {
      const text = typeof payload.errorMessage === "string" ? payload.errorMessage : "The answer failed.";
      return over(transcript, own, { text, now });
    }
    default:
      return transcript;
  }
}

/** A `session.tool` frame: a tool begins, tells something, or is done. */
export function withTool(
  { entries, running }: Transcript,
  { data, ts }: Readonly<Record<string, unknown>>,
): Transcript {
  if (!isRecord(data) || typeof data.toolCallId !== "string") return { entries, running };
  const { toolCallId: id, phase } = data;
  const known = entries.find((entry) => entry.kind === "tool" && entry.id === id);
  const before =
    known?.kind === "tool"
      ? known
      : ({
          kind: "tool",
          id,
          name: typeof data.name === "string" ? data.name : "tool",
          input: shown(data.args),
          output: "",
          state: "running",
          at: typeof ts === "number" ? ts : 0,
        } as const);
  const result = phase === "result" ? data.result : data.partialResult;
  const after: Entry = {
    ...before,
    ...(result !== undefined && { output: outputOf(result) }),
    ...(phase === "result" && { state: data.isError === true ? "failed" : "done" }),
  };
  return {
    entries:
      known === undefined ? [...entries, after] : entries.map((entry) => (entry === known ? after : entry)),
    running,
  };
}

function added(entries: readonly Entry[], value: unknown): readonly Entry[] {
  const message = readMessage(value);
  if (message === undefined) return entries;
  const at = typeof message.timestamp === "number" ? message.timestamp : 0;
  switch (message.role) {
    case "user":
      return withPerson(entries, message, at);
    case "assistant":
      return withAnswer(entries, message, at);
    case "toolResult":
      return withResult(entries, message);
    case "custom":
    case "system":
      return withNote(entries, message, at);
    default:
      return entries;
  }
}

function withPerson(entries: readonly Entry[], message: MessageLike, at: number): readonly Entry[] {
  const { id, runId } = message;
  if (entries.some((entry) => entry.kind === "person" && entry.id === id)) return entries;
  const waiting = entries.find(
    (entry) => entry.kind === "person" && entry.runId !== undefined && entry.runId === runId,
  );
  const images = imagesIn(message.content);
  const entry: Entry = {
    kind: "person",
    id,
    text: textIn(message.content),
    images: images.length === 0 && waiting?.kind === "person" ? waiting.images : images,
    at,
  };
  return waiting === undefined ? [...entries, entry] : entries.map((one) => (one === waiting ? entry : one));
}

function withAnswer(entries: readonly Entry[], message: MessageLike, at: number): readonly Entry[] {
  if (entries.some(({ id }) => id === message.id)) return entries;
  const text = textIn(message.content);
  const calls = toolCallsIn(message.content)
    .filter((call) => !entries.some(({ id }) => id === call.id))
    .map((call): Entry => ({
      kind: "tool",
      ...call,
      input: shown(call.input),
      output: "",
      state: "running",
      at,
    }));
  const failed = message.errorMessage;
  return [
    ...entries,
    ...(text === "" ? [] : [{ kind: "answer", id: message.id, text, at } as const]),
    ...calls,
    ...(failed === undefined
      ? []
      : [{ kind: "trouble", id: `${message.id}:error`, text: failed, at } as const]),
  ];
}

function withNote(entries: readonly Entry[], message: MessageLike, at: number): readonly Entry[] {
  const text = textIn(message.content);
  if (text === "" || entries.some(({ id }) => id === message.id)) return entries;
  return [...entries, { kind: "note", id: message.id, text, at }];
}

function withResult(entries: readonly Entry[], message: MessageLike): readonly Entry[] {
  return entries.map((entry) =>
    entry.kind === "tool" && entry.id === message.toolCallId
      ? { ...entry, output: textIn(message.content), state: message.isError ? "failed" : "done" }
      : entry,
  );
}

/** The answer so far: the whole of it where the frame has that, or what it had and what was added. */
function grown(text: string, { message, deltaText, replace }: Readonly<Record<string, unknown>>): string {
  if (isRecord(message)) return textIn(message.content);
  const delta = typeof deltaText === "string" ? deltaText : "";
  return replace === true ? delta : text + delta;
}

/** Most answers are in the transcript by now; those of commands and notes come with the frame alone. */
function ended(
  entries: readonly Entry[],
  runId: string,
  { message }: Readonly<Record<string, unknown>>,
  now: number,
): readonly Entry[] {
  const text = isRecord(message) ? textIn(message.content) : "";
  const isThere =
    text === "" ||
    entries.some((entry) => entry.kind === "answer" && entry.text === text && entry.at > now - 600_000);
  return isThere ? entries : [...entries, { kind: "answer", id: `${runId}:final`, text, at: now }];
}

/** A run that ended otherwise: what was heard stays, with a word on what happened. */
function over(
  { entries, running }: Transcript,
  own: Running,
  why: { text: string; now: number },
): Transcript {
  const id = `${own.runId}:over`;
  // A second one of the same run has nothing to add.
  const isToldAlready = entries.some((entry) => entry.id === id);
  const heard: Entry[] =
    own.text === "" ? [] : [{ kind: "answer", id: `${own.runId}:partial`, text: own.text, at: why.now }];
  return {
    entries: isToldAlready
      ? entries
      : [...entries, ...heard, { kind: "trouble", id, text: why.text, at: why.now }],
    running: running?.runId === own.runId ? undefined : running,
  };
}

function outputOf(result: unknown): string {
  return isRecord(result) && "content" in result ? textIn(result.content) : shown(result);
}

/** A value as text, for people who look into a tool call. */
function shown(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
}

import type { InboundMessage } from "../../inbound-event.ts";
import type { Entry } from "./entry.ts";
import {
  ALBUM_QUIET_MS,
  CUT_TEXT_CHARS,
  CUT_TEXT_QUIET_MS,
  FORWARD_QUIET_MS,
  MAX_MERGE_WAIT_MS,
  MAX_MERGED_CHARS,
  MAX_MERGED_MESSAGES,
  SENT_TOGETHER_SLACK_MS,
} from "../limits.ts";

/** Rows that become one message; `waitMs` when more of it may still come. */
export interface Bundle {
  readonly entries: readonly Entry[];
  readonly waitMs?: number;
}

interface Part {
  readonly entry: Entry;
  readonly message: InboundMessage;
}

/**
 * The rows at the front of a lane that are one message: parts of an album, of a text that the sender's program cut, of
 * a forwarding, and with `debounceMs` texts in quick succession; with later edits of them. `entries` is not empty.
 */
export function bundleOf(entries: readonly Entry[], now: number, debounceMs: number): Bundle {
  const [head, ...rest] = entries;
  if (!head) return { entries: [] };
  const first = partOf(head);
  if (!first || isCommandText(first.message)) return { entries: withEdits([head], rest) };
  const parts = [first];
  let isClosed = false;
  for (const entry of rest) {
    const part = partOf(entry);
    // Others may speak in between, and edits change nothing about who goes with whom.
    if (!part || part.message.sender.id !== first.message.sender.id) continue;
    isClosed = !belongs(parts, part, debounceMs);
    if (isClosed) break;
    parts.push(part);
  }
  const bundle = withEdits(
    parts.map(({ entry }) => entry),
    rest,
  );
  const waitMs = isClosed ? 0 : missingMs(parts, now, debounceMs);
  return { entries: bundle, ...(waitMs > 0 && { waitMs }) };
}

/** A text that is a command by its look: it waits for nothing and nothing is added to it. */
export function isCommandText({ text, isCommand }: InboundMessage): boolean {
  return isCommand === true || text.trimStart().startsWith("/");
}

/** Begun before it can be edited, and not an edit itself. */
function partOf(entry: Entry): Part | undefined {
  const { event, row } = entry;
  if (event.kind !== "message" || event.isEdit === true || row.runId !== undefined) return undefined;
  return { entry, message: event };
}

function belongs(parts: readonly Part[], next: Part, debounceMs: number): boolean {
  const last = parts.at(-1);
  if (!last || parts.length >= MAX_MERGED_MESSAGES || isCommandText(next.message)) return false;
  const chars = parts.reduce((sum, { message }) => sum + message.text.length, next.message.text.length);
  if (chars > MAX_MERGED_CHARS) return false;
  const { albumId } = last.message;
  if (albumId !== undefined || next.message.albumId !== undefined) return albumId === next.message.albumId;
  if (next.message.forwardedFrom !== undefined) return together(last, next, FORWARD_QUIET_MS);
  if (!isPlain(next.message) || last.message.forwardedFrom !== undefined) return false;
  if (!isPlain(last.message)) return false;
  return together(last, next, quietMs(last.message, debounceMs));
}

/** Quiet time after which nothing more of a message is expected. */
function quietMs(message: InboundMessage, debounceMs: number): number {
  if (message.albumId !== undefined) return ALBUM_QUIET_MS;
  if (message.forwardedFrom !== undefined) return FORWARD_QUIET_MS;
  if (!isPlain(message)) return 0;
  return message.text.length >= CUT_TEXT_CHARS ? Math.max(CUT_TEXT_QUIET_MS, debounceMs) : debounceMs;
}

/** Text alone. */
function isPlain({ text, media }: InboundMessage): boolean {
  return media.length === 0 && text !== "";
}

/** By our clock, and after a downtime, when all arrive at once, by the platform's. */
function together(a: Part, b: Part, windowMs: number): boolean {
  if (windowMs <= 0) return false;
  const arrived = b.entry.row.acceptedAt - a.entry.row.acceptedAt;
  return arrived <= windowMs && b.message.at - a.message.at <= windowMs + SENT_TOGETHER_SLACK_MS;
}

/** How long the rest is still waited for. */
function missingMs(parts: readonly Part[], now: number, debounceMs: number): number {
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last || parts.length >= MAX_MERGED_MESSAGES) return 0;
  const quiet = quietMs(last.message, debounceMs);
  if (quiet === 0) return 0;
  const due = Math.min(last.entry.row.acceptedAt + quiet, first.entry.row.acceptedAt + MAX_MERGE_WAIT_MS);
  // A clock that was set back must not keep anybody waiting.
  return Math.min(due - now, quiet);
}

/**
 * Edits of the same messages come along: what was not answered yet is answered as it reads now. Only those of whoever said
 * it: not every platform keeps people from naming the messages of others, or from using their ids.
 */
function withEdits(bundle: readonly Entry[], rest: readonly Entry[]): Entry[] {
  const said = new Set(bundle.map(({ event }) => saying(event)));
  const edits = rest.filter(
    ({ event, row }) =>
      event.kind === "message" &&
      event.isEdit === true &&
      said.has(saying(event)) &&
      row.runId === undefined &&
      bundle[0]?.row.runId === undefined,
  );
  return [...bundle, ...edits].sort((a, b) => a.row.id - b.row.id);
}

/** A message and who said it; empty for what is none. */
function saying(event: Entry["event"]): string {
  return event.kind === "message" ? JSON.stringify([event.messageId, event.sender.id]) : "";
}

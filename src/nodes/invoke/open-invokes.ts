import type { Clock, Timer } from "../../lib/clock.ts";
import { isNestedDeeper } from "../../lib/records.ts";
import type { ConnId } from "../../protocol/index.ts";
import { MAX_JSON_LEVELS } from "../limits.ts";

/** Why an invocation failed: the node's own words, or this gateway's. */
export interface InvokeError {
  readonly code: string;
  readonly message: string;
}

/** How an invocation ended. `dispatched` tells whether the node was ever sent the command. */
export type InvokeOutcome =
  | { readonly ok: true; readonly payload?: unknown; readonly payloadJSON: string | null }
  | { readonly ok: false; readonly error: InvokeError; readonly dispatched: boolean };

/** A node's answer. */
export interface InvokeResult {
  readonly ok: boolean;
  readonly payload?: unknown;
  readonly payloadJSON?: string | undefined;
  readonly error?: { readonly code?: string; readonly message?: string } | undefined;
}

/** What an invocation is opened with. */
export interface OpenInvokeOptions {
  readonly id: string;
  readonly nodeId: string;
  readonly connId: ConnId;
  readonly command: string;
  readonly timeoutMs: number;
  readonly onProgress?: ((chunk: string) => void) | undefined;
  /** Called when the node works on something nobody waits for any more. */
  readonly onAbandoned: () => void;
}

/** One invocation that is not answered yet. */
export interface OpenInvoke extends OpenInvokeOptions {
  /** Settles exactly once and never rejects. */
  readonly outcome: Promise<InvokeOutcome>;
  /** The command is on its way; from now on the node may answer. */
  dispatched: boolean;
}

interface Entry extends OpenInvoke {
  readonly timer: Timer;
  readonly deadline: number;
  readonly settle: (outcome: InvokeOutcome) => void;
  nextSeq: number;
}

/**
 * The invocations that wait for an answer. Whatever comes first, answer, time-out, cancel or disconnect, settles one
 * and takes it out; everything later finds nothing.
 */
export class OpenInvokes {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Invocations of one node that wait. */
  countOf(nodeId: string): number {
    let count = 0;
    for (const entry of this.#entries.values()) if (entry.nodeId === nodeId) count += 1;
    return count;
  }

  /** Enters an invocation; its time-out starts now. */
  open(options: OpenInvokeOptions): OpenInvoke {
    const { promise, resolve } = Promise.withResolvers<InvokeOutcome>();
    const timer = this.#clock.after(options.timeoutMs, () => {
      this.abandon(options.id, { code: "TIMEOUT", message: "node invoke timed out" });
    });
    const deadline = this.#clock.monotonic() + options.timeoutMs;
    const entry = {
      ...options,
      outcome: promise,
      dispatched: false,
      timer,
      deadline,
      settle: resolve,
      nextSeq: 0,
    };
    this.#entries.set(options.id, entry);
    return entry;
  }

  isOpen(id: string): boolean {
    return this.#entries.has(id);
  }

  /** Whole milliseconds left until the time-out. */
  remainingMs(id: string): number {
    const deadline = this.#entries.get(id)?.deadline ?? 0;
    return Math.max(0, Math.floor(deadline - this.#clock.monotonic()));
  }

  /** The node's answer; false when it is late, or when another connection asks for it. */
  answer(connId: ConnId, id: string, result: InvokeResult): boolean {
    const entry = this.#dispatchedOn(connId, id);
    if (entry === undefined) return false;
    this.#close(entry, outcomeOf(result));
    return true;
  }

  /** A part of the answer; false when late, repeated, or from another connection. */
  progress(connId: ConnId, id: string, seq: number, chunk: string): boolean {
    const entry = this.#dispatchedOn(connId, id);
    if (entry === undefined || seq < entry.nextSeq) return false;
    entry.nextSeq = seq + 1;
    entry.onProgress?.(chunk);
    return true;
  }

  /** Ends one without an answer. */
  fail(id: string, error: InvokeError): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#close(entry, { ok: false, error, dispatched: entry.dispatched });
  }

  /** Ends one and, when the node has it already, lets the node know. */
  abandon(id: string, error: InvokeError): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.fail(id, error);
    if (entry.dispatched) entry.onAbandoned();
  }

  /** Ends everything that `concerns`. */
  failAll(concerns: (invoke: OpenInvoke) => boolean, error: (invoke: OpenInvoke) => InvokeError): void {
    for (const entry of [...this.#entries.values()]) {
      if (concerns(entry)) this.fail(entry.id, error(entry));
    }
  }

  #dispatchedOn(connId: ConnId, id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    return entry?.dispatched && entry.connId === connId ? entry : undefined;
  }

  #close(entry: Entry, outcome: InvokeOutcome): void {
    this.#entries.delete(entry.id);
    entry.timer.cancel();
    entry.settle(outcome);
  }
}

function outcomeOf({ ok, payload, payloadJSON, error }: InvokeResult): InvokeOutcome {
  if (!ok) {
    const code = error?.code ?? "UNAVAILABLE";
    return { ok: false, error: { code, message: error?.message ?? "node invoke failed" }, dispatched: true };
  }
  const value = payloadJSON === undefined ? payload : parsed(payloadJSON);
  if (isNestedDeeper(value, MAX_JSON_LEVELS)) return { ok: false, error: TOO_DEEP, dispatched: true };
  return { ok: true, payload: value, payloadJSON: payloadJSON ?? null };
}

/** The caller could not be written what the node said. */
const TOO_DEEP: InvokeError = { code: "INVALID_RESULT", message: "the node's answer is nested too deeply" };

/** The JSON value; text that is none is handed on as it came. */
function parsed(payloadJSON: string): unknown {
  if (payloadJSON.trim() === "") return undefined;
  try {
    return JSON.parse(payloadJSON);
  } catch {
    return { payloadJSON };
  }
}

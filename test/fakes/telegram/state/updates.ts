import { conflict } from "../errors.ts";
import type { TgUpdate, UpdateContent } from "../shapes.ts";

/** What a bot is not told of unless it asks. */
const ON_REQUEST = new Set(["chat_member", "message_reaction", "message_reaction_count"]);

/** Who asks for the same again within this time is answered at its end, unless there is something to tell. */
export const REPEAT_PAUSE_MS = 3000;
/** Who does so sooner than this is told one thing at a time. */
const HASTY_MS = 500;
/** A second conflict within this time is told late, which slows down two pollers that throw each other out. */
const CONFLICT_PAUSE_MS = 3000;
/** An offset this far beyond the newest update is not believed, and everything pending is sent. */
const FUTURE_OFFSETS = 10;

export interface PollRequest {
  readonly offset: number;
  /** 1…100 */
  readonly limit: number;
  readonly timeoutMs: number;
}

interface LongPoll {
  readonly request: PollRequest;
  readonly resolve: (updates: readonly TgUpdate[]) => void;
  readonly reject: (error: Error) => void;
  readonly timer: Timer;
}

/** The updates of one bot nobody has confirmed, and the one long poll that waits for more. */
export class UpdateQueue {
  #pending: TgUpdate[] = [];
  #nextId: number;
  #allowed: ReadonlySet<string> | undefined;
  #poll: LongPoll | undefined;
  #lastOffset: number | undefined;
  #lastStart = -Infinity;
  #nextConflict = -Infinity;
  readonly #arrivals = new Set<() => void>();

  constructor(
    firstId: number,
    readonly repeatPauseMs: number,
  ) {
    this.#nextId = firstId;
  }

  get pending(): readonly TgUpdate[] {
    return this.#pending;
  }

  /** A long poll is waiting. */
  get isPolled(): boolean {
    return this.#poll !== undefined;
  }

  get allowed(): readonly string[] | undefined {
    return this.#allowed && [...this.#allowed];
  }

  /** Updates told from now on; `[]` is everything but what is told on request. */
  allow(types: readonly string[]): void {
    this.#allowed = types.length === 0 ? undefined : new Set(types);
  }

  /** Queues an update and returns its id, or nothing when the bot does not want to hear of it. */
  add(content: UpdateContent): number | undefined {
    const [type] = Object.keys(content);
    if (type === undefined || !this.#wants(type)) return undefined;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.push({ update_id: id, ...content });
    for (const wake of this.#arrivals) wake();
    // What is said in one breath is told in one answer.
    if (this.#poll) setImmediate(() => this.#feed());
    return id;
  }

  /** Leaves a gap in the ids, as happens on Telegram. */
  skipIds(count: number): void {
    this.#nextId += count;
  }

  /** Forgets what is pending. */
  drop(): void {
    this.#pending = [];
  }

  /** Takes one away that was delivered by other means. */
  confirm(id: number): void {
    this.#pending = this.#pending.filter((update) => update.update_id !== id);
  }

  onArrival(wake: () => void): () => void {
    this.#arrivals.add(wake);
    return () => this.#arrivals.delete(wake);
  }

  /**
   * `getUpdates`: what lies before `offset` is confirmed and gone; a negative offset keeps that many of the newest.
   * @throws ApiError 409 when another poll or a webhook takes over
   */
  async get(request: PollRequest): Promise<readonly TgUpdate[]> {
    const { limit, timeoutMs } = this.#slowedDown(request);
    this.abort("other getUpdates request; make sure that only one bot instance is running");
    this.#confirmBefore(request.offset);
    if (this.#pending.length > 0 || timeoutMs === 0) return this.#pending.slice(0, limit);
    const { promise, resolve, reject } = Promise.withResolvers<readonly TgUpdate[]>();
    const timer = setTimeout(() => this.#feed(), timeoutMs);
    this.#poll = { request: { ...request, limit }, resolve, reject, timer };
    return promise;
  }

  /** Ends the long poll that waits, with 409 and the reason. */
  abort(terminatedBy: string): void {
    const poll = this.#poll;
    if (!poll) return;
    this.#poll = undefined;
    clearTimeout(poll.timer);
    const now = performance.now();
    const error = conflict(`terminated by ${terminatedBy}`);
    if (now >= this.#nextConflict) {
      this.#nextConflict = now + CONFLICT_PAUSE_MS;
      poll.reject(error);
    } else {
      setTimeout(() => poll.reject(error), CONFLICT_PAUSE_MS);
    }
  }

  /** Ends what waits without an answer. */
  close(): void {
    if (this.#poll) clearTimeout(this.#poll.timer);
    this.#poll = undefined;
  }

  #wants(type: string): boolean {
    return this.#allowed ? this.#allowed.has(type) : !ON_REQUEST.has(type);
  }

  /** Who asks for the same again at once is made to wait, and then given little. */
  #slowedDown({ offset, limit, timeoutMs }: PollRequest): { limit: number; timeoutMs: number } {
    const sinceMs = performance.now() - this.#lastStart;
    const isRepeat = offset === this.#lastOffset;
    this.#lastOffset = offset;
    this.#lastStart = performance.now();
    const pauseMs = this.repeatPauseMs;
    return {
      limit: isRepeat && sinceMs < HASTY_MS ? 1 : limit,
      timeoutMs: isRepeat && timeoutMs < pauseMs && sinceMs < pauseMs ? pauseMs : timeoutMs,
    };
  }

  #confirmBefore(offset: number): void {
    if (offset < 0) this.#pending = this.#pending.slice(offset);
    else if (offset < this.#nextId + FUTURE_OFFSETS) {
      this.#pending = this.#pending.filter((update) => update.update_id >= offset);
    }
  }

  #feed(): void {
    const poll = this.#poll;
    if (!poll) return;
    this.#poll = undefined;
    clearTimeout(poll.timer);
    poll.resolve(this.#pending.slice(0, poll.request.limit));
  }
}

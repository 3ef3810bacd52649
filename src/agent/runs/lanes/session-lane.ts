import type { Clock, Timer } from "../../../lib/clock.ts";
import type { LiveRun } from "../live-run.ts";
import type { Turn } from "../turn/turn.ts";
import { SessionQueue } from "./session-queue.ts";

/** What a lane does not do itself. */
export interface LaneWork {
  readonly clock: Clock;
  newTurn(runs: readonly [LiveRun, ...LiveRun[]], dropped: readonly LiveRun[]): Turn;
  /** The run lost its place to newer ones; `isKept`: the next turn is told of it. */
  dropped(run: LiveRun, isKept: boolean): void;
  /** Nothing runs and nothing waits. */
  idle(): void;
}

/** The right to be the only one at work in a session. */
export interface Hold {
  /** Gives it back; safe to call twice, and after it has become a turn. */
  release(): void;
}

/** One session's turns: one at a time, in order, what comes meanwhile waits or joins. */
export class SessionLane {
  readonly queue = new SessionQueue<LiveRun>();
  readonly #work: LaneWork;
  readonly #holders: ((hold: Hold) => void)[] = [];
  #turn: Turn | undefined;
  #ended: Promise<void> = Promise.resolve();
  #hold: Hold | undefined;
  #quiet: Timer | undefined;
  #visitors = 0;
  #isClosed = false;

  constructor(work: LaneWork) {
    this.#work = work;
  }

  /** The turn under way. */
  get turn(): Turn | undefined {
    return this.#turn;
  }

  /** Settles when the turn under way is over. */
  get turnEnded(): Promise<void> {
    return this.#ended;
  }

  /** Keeps the lane in use for somebody who is about to bring a run; else it is given up when nothing waits. */
  visit(): Disposable {
    this.#visitors += 1;
    return {
      [Symbol.dispose]: () => {
        this.#visitors -= 1;
        this.#advance();
      },
    };
  }

  /** The lane, when nobody has it. */
  tryHold(): Hold | undefined {
    const isFree = !this.#turn && !this.#hold && this.queue.size === 0 && this.#holders.length === 0;
    return isFree && !this.#isClosed ? this.#take() : undefined;
  }

  /** The lane, before whatever waits for its turn. */
  async hold(): Promise<Hold> {
    if (!this.#turn && !this.#hold) return this.#take();
    return new Promise((resolve) => this.#holders.push(resolve));
  }

  /** Starts the turn of a run whose caller holds the lane. */
  begin(run: LiveRun, hold: Hold): void {
    if (this.#hold !== hold) throw new Error("the lane was given back before its turn began");
    this.#hold = undefined;
    if (this.#isClosed) this.queue.putBack([run]);
    else this.#start([run], []);
  }

  /** Finds a run its place: in the turn under way, or behind it. */
  add(run: LiveRun): "joined" | "waiting" {
    if (this.#maySteer(run) && this.#turn?.join(run) === true) return "joined";
    for (const dropped of this.queue.add(run))
      this.#work.dropped(dropped, this.queue.dropped.includes(dropped));
    this.#advance();
    return "waiting";
  }

  /** Starts nothing more; what waits stays where it is. */
  close(): void {
    this.#isClosed = true;
    this.#quiet?.cancel();
  }

  /** Nobody overtakes those that would have joined as well and came too late for it. */
  #maySteer({ settings, resumed }: LiveRun): boolean {
    const isSteer = settings.mode === "steer" && !resumed;
    return isSteer && this.queue.items.every((other) => other.settings.mode !== "steer");
  }

  #take(): Hold {
    const hold: Hold = {
      release: () => {
        if (this.#hold !== hold) return;
        this.#hold = undefined;
        this.#advance();
      },
    };
    this.#hold = hold;
    return hold;
  }

  #advance(): void {
    this.#quiet?.cancel();
    this.#quiet = undefined;
    if (this.#turn || this.#hold || this.#isClosed) return;
    const holder = this.#holders.shift();
    if (holder) {
      holder(this.#take());
      return;
    }
    const next = this.queue.take(this.#work.clock.now());
    if (!next) {
      if (this.#visitors === 0) this.#work.idle();
    } else if ("batch" in next) this.#start(next.batch, next.dropped);
    else this.#quiet = this.#work.clock.after(next.quietInMs, () => this.#advance());
  }

  #start(runs: readonly [LiveRun, ...LiveRun[]], dropped: readonly LiveRun[]): void {
    const turn = this.#work.newTurn(runs, dropped);
    this.#turn = turn;
    this.#ended = turn.live().then((leftovers) => {
      this.#turn = undefined;
      this.queue.putBack(leftovers);
      this.#advance();
    });
  }
}

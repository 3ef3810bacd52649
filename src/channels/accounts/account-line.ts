import { doublingMs } from "../../lib/backoff.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { StoreError } from "../../store/index.ts";
import type { ChannelAccount, ChannelConnection, ConnectionStatus } from "../channel.ts";
import { RESTART_FIRST_MS, RESTART_JITTER, RESTART_MAX_MS, SLOW_STOP_MS, STABLE_RUN_MS } from "./limits.ts";

export interface AccountLineDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
  /** Builds a connection for an account. @throws Error */
  readonly connect: (account: ChannelAccount) => Promise<ChannelConnection>;
  /** The state changed. */
  readonly changed: () => void;
}

/** A connection that was built, until it has stopped. */
interface Running {
  readonly connection: ChannelConnection;
  readonly fingerprint: string;
  readonly round: number;
  readonly since: number;
  /** It gave up by itself. */
  isOver: boolean;
}

/** Why nothing runs although something should. */
interface Setback {
  readonly fingerprint: string;
  readonly round: number;
  /** What the connection said at its end. */
  readonly status?: ConnectionStatus;
  readonly error: string;
  /** The next try; without one a person must act. */
  readonly retry?: Timer;
}

/** What is known of an account's connections, beside what the present one says of itself; times are epoch ms. */
export interface LineFacts {
  readonly lastStartAt?: number;
  readonly lastStopAt?: number;
  readonly lastError?: string;
  /** Ends of connections since one was stable. */
  readonly restarts: number;
  /** A person stopped it. */
  readonly isHeld: boolean;
  /** Being built or being stopped. */
  readonly isBusy: boolean;
  /** Why nothing runs although something should. */
  readonly setback?: {
    readonly error: string;
    /** What the connection said at its end; absent when there was none. */
    readonly status?: ConnectionStatus;
    /** It is tried again by itself. */
    readonly isRetried: boolean;
  };
}

/**
 * One account over time. What should be (configured so, not stopped by a person, not given up) and what is are brought
 * together by one worker, one step after the other; so there are never two connections of one account, and the old one
 * has stopped before the new one is built.
 */
export class AccountLine {
  private configured: ChannelAccount | undefined;
  private running: Running | undefined;
  private setback: Setback | undefined;
  private isHeld = false;
  private isOpen = false;
  /** Raised to have everything anew. */
  private round = 0;
  private restarts = 0;
  private lastStartAt: number | undefined;
  private lastStopAt: number | undefined;
  private lastError: string | undefined;
  private hasWork = false;
  private working: Promise<void> | undefined;

  constructor(private readonly deps: AccountLineDeps) {}

  /** As configured now; undefined once it was removed. */
  get account(): ChannelAccount | undefined {
    return this.configured;
  }

  /** The connection, unless it is over or about to be stopped. */
  get connection(): ChannelConnection | undefined {
    return this.running && this.fits(this.running) ? this.running.connection : undefined;
  }

  get facts(): LineFacts {
    const { lastStartAt, lastStopAt, lastError } = this;
    const setback = this.running ? undefined : this.setback;
    return {
      ...(lastStartAt !== undefined && { lastStartAt }),
      ...(lastStopAt !== undefined && { lastStopAt }),
      ...(lastError !== undefined && { lastError }),
      restarts: this.restarts,
      isHeld: this.isHeld,
      isBusy: this.working !== undefined,
      ...(setback && {
        setback: {
          error: setback.error,
          isRetried: setback.retry !== undefined,
          ...(setback.status && { status: setback.status }),
        },
      }),
    };
  }

  /** True when a connection exists, be it one that is being stopped. */
  get isRunning(): boolean {
    return this.running !== undefined;
  }

  /** Takes new settings; undefined removes the account. A running connection is touched only when its fingerprint changed. */
  configure(account: ChannelAccount | undefined): Promise<void> {
    this.configured = account;
    return this.settle();
  }

  /** Lets connections be built. */
  open(): Promise<void> {
    this.isOpen = true;
    return this.settle();
  }

  /** No connection any more. Resolves when the last one has stopped. */
  close(): Promise<void> {
    this.isOpen = false;
    return this.settle();
  }

  /** A person wants it stopped; only a person or a new process starts it again. */
  hold(): Promise<void> {
    this.isHeld = true;
    return this.settle();
  }

  /** A person wants it started: what had given up or waits for a person is tried at once. A connection that works stays. */
  release(): Promise<void> {
    this.isHeld = false;
    const waits = this.running?.connection.status().lifecycle === "blocked";
    if (this.setback || waits) this.round += 1;
    return this.settle();
  }

  /** Stops until the settings change or a person starts it: what it ran on is gone. */
  retire(reason: string): Promise<void> {
    const fingerprint = this.configured?.fingerprint;
    if (fingerprint !== undefined) {
      this.setback?.retry?.cancel();
      this.setback = { fingerprint, round: this.round, error: reason };
      this.lastError = reason;
      if (this.running) this.running.isOver = true;
    }
    return this.settle();
  }

  /** Builds the connection anew. */
  restart(reason: string): Promise<void> {
    this.lastError = reason;
    this.round += 1;
    return this.settle();
  }

  private settle(): Promise<void> {
    this.hasWork = true;
    this.working ??= this.work();
    return this.working;
  }

  private async work(): Promise<void> {
    // The promise of this very call has to be known before it can end.
    await Promise.resolve();
    while (this.hasWork) {
      this.hasWork = false;
      this.forgetSetback();
      if (this.running && !this.fits(this.running)) {
        await this.end(this.running);
        this.hasWork = true;
      } else if (!this.running && !this.setback && this.wanted()) {
        await this.begin(this.wanted());
        this.hasWork = true;
      }
    }
    this.working = undefined;
    this.deps.changed();
  }

  /** The account, if it should run. */
  private wanted(): ChannelAccount | undefined {
    const { configured } = this;
    return this.isOpen && !this.isHeld && configured?.enabled && configured.configured
      ? configured
      : undefined;
  }

  private fits(running: Running): boolean {
    const { fingerprint, round, isOver } = running;
    return !isOver && round === this.round && this.wanted()?.fingerprint === fingerprint;
  }

  private forgetSetback(): void {
    const { setback } = this;
    if (!setback) return;
    const isSame = setback.round === this.round && this.wanted()?.fingerprint === setback.fingerprint;
    if (isSame) return;
    setback.retry?.cancel();
    this.setback = undefined;
    this.restarts = 0;
  }

  private async begin(account: ChannelAccount | undefined): Promise<void> {
    if (!account) return;
    const { clock, log } = this.deps;
    const { round } = this;
    const { fingerprint } = account;
    this.lastStartAt = clock.now();
    let connection: ChannelConnection;
    try {
      connection = await this.deps.connect(account);
    } catch (error) {
      // A store that cannot be read now may be later; anything else is what the account's settings led to.
      const isTransient = error instanceof StoreError;
      const text = error instanceof Error ? error.message : String(error);
      log.error("account could not be started", { error });
      this.setBack({ fingerprint, round, error: text }, isTransient);
      return;
    }
    const running: Running = { connection, fingerprint, round, since: clock.monotonic(), isOver: false };
    this.running = running;
    void connection.ended.then(
      () => this.over(running),
      (error: unknown) => this.over(running, error),
    );
    this.deps.changed();
  }

  /** Stops a connection; the next one is not built before that is done, however long it takes. */
  private async end(running: Running): Promise<void> {
    const { clock, log } = this.deps;
    const slow = clock.after(SLOW_STOP_MS, () =>
      log.warn("account is slow to stop; it is started again only once it has stopped"),
    );
    try {
      await running.connection.stop();
    } catch (error) {
      log.error("account did not stop cleanly", { error });
    } finally {
      slow.cancel();
    }
    this.running = undefined;
    this.lastStopAt = clock.now();
  }

  /** A connection gave up by itself. */
  private over(running: Running, error?: unknown): void {
    if (this.running !== running || running.isOver) return;
    const stood = this.fits(running);
    running.isOver = true;
    // One that was being stopped anyway gives no reason to wait.
    if (stood) {
      const { clock, log } = this.deps;
      const status = running.connection.status();
      const text = status.lastError ?? (error instanceof Error ? error.message : "the connection ended");
      if (clock.monotonic() - running.since >= STABLE_RUN_MS) this.restarts = 0;
      const isBlocked = status.lifecycle === "blocked";
      log.warn(isBlocked ? "account gave up; a person must act" : "connection ended", { error: text });
      this.setBack({ ...running, status, error: text }, !isBlocked);
    }
    void this.settle();
  }

  private setBack(what: Omit<Setback, "retry">, isTransient: boolean): void {
    const { fingerprint, round, status, error } = what;
    this.lastError = error;
    this.setback = { fingerprint, round, error, ...(status && { status }) };
    if (!isTransient) return;
    this.restarts += 1;
    const retry = this.deps.clock.after(pauseBefore(this.restarts, this.deps.random()), () => {
      this.setback = undefined;
      void this.settle();
    });
    this.setback = { ...this.setback, retry };
  }
}

/** The pause before a connection is built for the `restarts`th time after an end. */
export function pauseBefore(restarts: number, random: number): number {
  const pause = doublingMs(restarts, RESTART_FIRST_MS, RESTART_MAX_MS);
  return Math.round(pause * (1 - RESTART_JITTER + 2 * RESTART_JITTER * random));
}

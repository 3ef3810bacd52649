import type { ChannelLogin, LoginState } from "../../../channels/index.ts";
import type { Clock, Timer } from "../../../lib/clock.ts";
import { qrPngDataUrl } from "../../../lib/qr.ts";
import { ABANDONED_MS } from "./limits.ts";

export interface PendingLoginDeps {
  readonly sessionKey: string;
  readonly login: ChannelLogin;
  readonly clock: Clock;
  /** What is left to do once it is over; news are told after that. */
  readonly settled: Promise<void>;
}

/** What there is to see of a login. */
export interface LoginView {
  readonly state: LoginState;
  /** The code as a picture. */
  readonly qrDataUrl?: string;
}

/** A login with those who watch it. */
export class PendingLogin {
  readonly sessionKey: string;
  readonly login: ChannelLogin;
  private readonly waiters = new Set<() => void>();
  private watchers = 0;
  private changes = 0;
  private abandoned: Timer | undefined;
  private isSettled = false;
  private picture: { readonly text: string; readonly url: Promise<string> } | undefined;

  constructor(private readonly deps: PendingLoginDeps) {
    this.sessionKey = deps.sessionKey;
    this.login = deps.login;
    deps.login.onChange(() => this.wake());
    void deps.settled.then(() => {
      this.isSettled = true;
      this.abandoned?.cancel();
      this.wake();
    });
  }

  /** Nothing of it changes any more, and what follows from it is done. */
  get isOver(): boolean {
    return this.isSettled;
  }

  /** Settles with the first view that `isNews`, or with the last one after `ms` or when `signal` fires. */
  async watch(isNews: (view: LoginView) => boolean, ms: number, signal: AbortSignal): Promise<LoginView> {
    const { clock } = this.deps;
    const until = clock.monotonic() + ms;
    this.arrive();
    try {
      for (;;) {
        const { changes } = this;
        const view = await this.view();
        const left = until - clock.monotonic();
        if (this.isSettled || isNews(view) || left <= 0 || signal.aborted) return view;
        // What changed while the picture was made would wake nobody.
        if (this.changes === changes) await this.change(left, signal);
      }
    } finally {
      this.leave(signal.aborted);
    }
  }

  async view(): Promise<LoginView> {
    const { state } = this.login;
    if (state.kind !== "code") return { state };
    if (this.picture?.text !== state.text) {
      this.picture = { text: state.text, url: qrPngDataUrl(state.text) };
    }
    return { state, qrDataUrl: await this.picture.url };
  }

  private change(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.waiters.delete(done);
        timer.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = this.deps.clock.after(ms, done);
      this.waiters.add(done);
      signal.addEventListener("abort", done);
    });
  }

  private wake(): void {
    this.changes += 1;
    for (const waiter of [...this.waiters]) waiter();
  }

  private arrive(): void {
    this.watchers += 1;
    this.abandoned?.cancel();
  }

  /** Whoever closed the connection will not scan; whoever has an answer may. */
  private leave(isGone: boolean): void {
    this.watchers -= 1;
    if (!isGone || this.watchers > 0 || this.isSettled) return;
    this.abandoned = this.deps.clock.after(ABANDONED_MS, () => void this.login.cancel());
  }
}

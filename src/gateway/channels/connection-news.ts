import type { AccountView } from "../../channels/index.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { NEWS_DELAY_MS } from "./limits.ts";

export interface ConnectionNewsDeps {
  /** Every configured account. */
  readonly views: () => readonly AccountView[];
  readonly clock: Clock;
  /** An account is in another state than when this was called last. */
  readonly changed: () => void;
}

/** Hears of everything that happens to accounts, and tells of it when what people see of them is another thing now. */
export class ConnectionNews {
  private known = "";
  private timer: Timer | undefined;

  constructor(private readonly deps: ConnectionNewsDeps) {}

  /** Something happened to some account. */
  hear(): void {
    this.timer ??= this.deps.clock.after(NEWS_DELAY_MS, () => {
      this.timer = undefined;
      const now = this.deps.views().map(stateOf).join("\n");
      if (now === this.known) return;
      this.known = now;
      this.deps.changed();
    });
  }

  stop(): void {
    this.timer?.cancel();
  }
}

function stateOf({ channel, account, connection, isRunning }: AccountView): string {
  const status = connection?.status();
  return [channel.meta.id, account.id, isRunning, status?.lifecycle, status?.connected].join(" ");
}

import type { Env } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Notifier } from "../../lib/sd-notify.ts";

/** What the program that keeps this one running is told about it. */
export interface Supervisor {
  /** The gateway serves; from now on a hung event loop is noticed. Call it again after a restart in this process. */
  ready(log: Logger, status: string): void;
  /** The start takes longer, for a reason of somebody else's; told again while it lasts. */
  waiting(forMs: number, status: string): void;
  /** The gateway begins anew in this process. */
  restarting(): void;
  /** The gateway lets go and will end. */
  stopping(): void;
}

/**
 * The supervisor that waits to be told: systemd, for a unit of `Type=notify`. Others want to know nothing. `warn` gets
 * a reason when systemd waits and cannot be reached.
 */
export async function findSupervisor(
  { raw }: Pick<Env, "raw">,
  clock: Clock,
  warn: (line: string) => void,
): Promise<Supervisor> {
  const address = raw["NOTIFY_SOCKET"];
  if (address === undefined) return silent;
  try {
    const { openNotifier } = await import("../../lib/sd-notify.ts");
    return new Systemd(openNotifier(address), watchdogMs(raw), clock);
  } catch (error) {
    warn(`systemd cannot be told that the gateway is ready: ${error instanceof Error ? error.message : "?"}`);
    return silent;
  }
}

const silent: Supervisor = { ready() {}, waiting() {}, restarting() {}, stopping() {} };

/** Signs of life in each watchdog time: three may be lost or late before systemd acts. */
const PINGS_PER_TIMEOUT = 4;

/** A timer this late means that something held the event loop for as long; every client has felt it. */
const NOTABLE_LAG_MS = 1_000;

class Systemd implements Supervisor {
  #watched = false;

  constructor(
    private readonly notifier: Notifier,
    private readonly watchdogMs: number | undefined,
    private readonly clock: Clock,
  ) {}

  ready(log: Logger, status: string): void {
    this.notifier.send(`READY=1\nSTATUS=${status}`);
    if (this.watchdogMs === undefined || this.#watched) return;
    this.#watched = true;
    this.#watch(log, this.watchdogMs);
  }

  waiting(forMs: number, status: string): void {
    this.notifier.send(`EXTEND_TIMEOUT_USEC=${forMs * 1_000}\nSTATUS=${status}`);
  }

  restarting(): void {
    this.notifier.send("RELOADING=1\nSTATUS=restarting in this process");
  }

  stopping(): void {
    this.notifier.send("STOPPING=1\nSTATUS=stopping");
  }

  /** The timer stands in the event loop it vouches for: when that hangs, the signs of life stop by themselves. */
  #watch(log: Logger, timeoutMs: number): void {
    const everyMs = Math.floor(timeoutMs / PINGS_PER_TIMEOUT);
    let last = this.clock.monotonic();
    this.clock.every(everyMs, () => {
      this.notifier.send("WATCHDOG=1", { wait: false });
      const now = this.clock.monotonic();
      const lagMs = Math.round(now - last - everyMs);
      last = now;
      if (lagMs >= NOTABLE_LAG_MS) log.warn(`the event loop was held up for ${lagMs} ms`);
    });
  }
}

/** The time after which systemd takes this process for hung; `undefined` when it does not watch, or watches another. */
function watchdogMs(raw: Env["raw"]): number | undefined {
  const usec = Number(raw["WATCHDOG_USEC"]);
  const pid = raw["WATCHDOG_PID"];
  if (!Number.isSafeInteger(usec) || usec <= 0) return undefined;
  return pid === undefined || Number(pid) === process.pid ? usec / 1_000 : undefined;
}

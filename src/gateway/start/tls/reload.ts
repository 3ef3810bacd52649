import { statSync } from "node:fs";
import type { Clock, Timer } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { ListeningSockets } from "../../wire/listening-sockets.ts";
import { listenOptions } from "../raise.ts";
import { StartRefusal } from "../refusals/refusal.ts";
import type { GatewaySettings } from "../settings.ts";

/** How often the files are looked at: renewals come months apart, and by renames that some systems do not report. */
const LOOK_INTERVAL_MS = 1_000;

export interface TlsReloadDeps {
  readonly clock: Clock;
  readonly log: Logger;
  /** Of the gateway that runs. */
  readonly settings: () => GatewaySettings;
  readonly sockets: Pick<ListeningSockets, "relisten">;
}

/** Takes a renewed certificate into use: new connections get it, those there are stay as they are. */
export class TlsReload {
  private timer: Timer | undefined;
  private seen: string | undefined;
  private taken: string | undefined;

  constructor(private readonly deps: TlsReloadDeps) {}

  start(): void {
    this.taken = this.fingerprint();
    this.seen = this.taken;
    this.timer = this.deps.clock.every(LOOK_INTERVAL_MS, () => void this.look());
  }

  stop(): void {
    this.timer?.cancel();
  }

  /** A pair is written one file after the other: it is read once both have stayed the same from one look to the next. */
  private async look(): Promise<void> {
    const now = this.fingerprint();
    const settled = now === this.seen;
    this.seen = now;
    if (!settled || now === this.taken) return;
    this.taken = now;
    const { log, settings, sockets } = this.deps;
    if (now === undefined) return;
    try {
      if (sockets.relisten(await listenOptions(settings()))) log.info("TLS certificate reloaded");
    } catch (error) {
      const cause = error instanceof StartRefusal ? error.message : String(error);
      log.error(`TLS certificate not reloaded; the one from before stays in use: ${cause}`);
    }
  }

  /** Changes with the files; undefined without TLS. */
  private fingerprint(): string | undefined {
    const { tls } = this.deps.settings();
    if (tls === undefined) return undefined;
    return [tls.certPath, tls.keyPath, tls.caPath]
      .map((path) => {
        const stat = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false });
        return stat === undefined ? "-" : `${path}:${stat.ino}:${stat.size}:${stat.mtimeMs}`;
      })
      .join("\n");
  }
}

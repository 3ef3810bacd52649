import type { Logger } from "../../lib/logger.ts";
import type { ErrorShape } from "../../protocol/index.ts";

export const WS_LOG_STYLES = ["auto", "full", "compact"] as const;

/**
 * `compact`: one line for each answered request. `full`: also a line when it arrives, and one for each connection.
 * `auto`: like `compact`, but successful requests only when they were slow or the log is verbose.
 */
export type WsLogStyle = (typeof WS_LOG_STYLES)[number];

/** A request slower than this is worth a line of its own. */
const SLOW_REQUEST_MS = 50;

export interface RequestRecord {
  readonly method: string;
  readonly ms: number;
  readonly conn: string;
  readonly id: string;
  readonly error?: ErrorShape | undefined;
}

/** Writes the traffic of the control plane to the log, without params or payloads: they may hold secrets. */
export class WsLog {
  constructor(
    private readonly log: Logger,
    private readonly style: WsLogStyle,
  ) {}

  arrived(method: string, conn: string, id: string): void {
    if (this.style === "full") this.log.info(`⇄ req ${method}`, { conn: shorten(conn), id });
  }

  answered(record: RequestRecord): void {
    const { error, ms } = record;
    const fields = { conn: shorten(record.conn), id: record.id };
    if (error) {
      const { code, message } = error;
      this.log.info(line("✗", record), { ...fields, errorCode: code, errorMessage: message });
    } else if (this.style !== "auto" || ms >= SLOW_REQUEST_MS) {
      this.log.info(line("✓", record), fields);
    } else if (this.log.enabled("debug")) {
      this.log.debug(line("✓", record), fields);
    }
  }
}

function line(mark: string, record: RequestRecord): string {
  return `⇄ res ${mark} ${record.method} ${Math.round(record.ms)}ms`;
}

function shorten(id: string): string {
  return id.length > 12 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
}

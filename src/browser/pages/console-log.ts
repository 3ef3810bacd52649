import type { Protocol } from "devtools-protocol";
import type { CdpSession } from "../cdp/connection.ts";
import { MAX_CONSOLE_CHARS, MAX_CONSOLE_ENTRIES } from "../limits.ts";

/** One thing a page said to its console. */
export interface ConsoleEntry {
  readonly type: string;
  readonly text: string;
  /** ISO time. */
  readonly timestamp: string;
  readonly url?: string;
}

/** What a page said to its console, and the errors nobody caught; the oldest are forgotten. */
export class ConsoleLog {
  readonly #entries: ConsoleEntry[] = [];

  /** Follows one more frame of the page. */
  follow(session: CdpSession): void {
    session.on("Runtime.consoleAPICalled", ({ type, args, timestamp, stackTrace }) => {
      const url = stackTrace?.callFrames[0]?.url;
      this.#add(type, args.map(textOf).join(" "), timestamp, url);
    });
    session.on("Runtime.exceptionThrown", ({ timestamp, exceptionDetails: { exception, text, url } }) => {
      this.#add("pageerror", exception?.description ?? text, timestamp, url);
    });
  }

  /** Newest last; `level` leaves out what is less than that. */
  entries(level?: "error" | "warning" | "info"): readonly ConsoleEntry[] {
    const wanted = level === undefined || level === "info" ? undefined : LEVELS[level];
    return wanted === undefined ? this.#entries : this.#entries.filter(({ type }) => wanted.includes(type));
  }

  #add(type: string, text: string, timestamp: number, url: string | undefined): void {
    this.#entries.push({
      type,
      text: text.slice(0, MAX_CONSOLE_CHARS),
      timestamp: new Date(timestamp).toISOString(),
      ...(url && { url: url.slice(0, MAX_CONSOLE_CHARS) }),
    });
    if (this.#entries.length > MAX_CONSOLE_ENTRIES) this.#entries.shift();
  }
}

const LEVELS: Readonly<Record<"error" | "warning", readonly string[]>> = {
  error: ["error", "assert", "pageerror"],
  warning: ["error", "assert", "pageerror", "warning"],
};

function textOf({ value, description, unserializableValue, type }: Protocol.Runtime.RemoteObject): string {
  const known: unknown = value;
  if (known !== undefined) return typeof known === "string" ? known : JSON.stringify(known);
  return description ?? unserializableValue ?? type;
}

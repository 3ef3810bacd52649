import type { Output } from "../terminal/output.ts";
import { logLineText, readLogLine } from "./log-line.ts";
import type { LogPage } from "./log-page.ts";

export interface LogPrinterOptions {
  readonly json: boolean;
  readonly plain: boolean;
  readonly utc: boolean;
}

/** Writes log pages as text or as a stream of JSON records. */
export class LogPrinter {
  readonly #out: Output;
  readonly #options: LogPrinterOptions;
  #source: string | undefined;

  constructor(out: Output, options: LogPrinterOptions) {
    this.#out = out;
    this.#options = options;
  }

  /** Prints a page; names its source first whenever the source changes. */
  page(page: LogPage, sourceKind: "file" | "journal", localFallback = false): void {
    this.#announce(page, sourceKind, localFallback);
    if (page.reset === true) this.notice("[logs] the log file was rotated");
    if ((page.skippedBytes ?? 0) > 0) this.notice(`[logs] ${page.skippedBytes} bytes were skipped`);
    for (const raw of page.lines) this.#line(raw);
  }

  /** A remark beside the log. */
  notice(message: string): void {
    if (this.#options.json) this.#out.noteRecord({ type: "notice", message });
    else this.#out.warn(message);
  }

  #announce(page: LogPage, sourceKind: string, localFallback: boolean): void {
    const source = `${sourceKind}:${localFallback}:${page.file}`;
    if (source === this.#source) return;
    this.#source = source;
    if (!this.#options.json) {
      this.#out.line(`Log file: ${page.file}`);
      return;
    }
    const { file, cursor, size } = page;
    this.#out.record({
      type: "meta",
      file,
      sourceKind,
      cursor,
      size,
      ...(localFallback && { localFallback }),
    });
  }

  #line(raw: string): void {
    const line = readLogLine(raw);
    if (this.#options.json) {
      // The raw line has them.
      const { fields: _, ...record } = line;
      this.#out.record({ type: "log", ...record });
      return;
    }
    this.#out.line(logLineText(line, this.#options.plain ? PLAIN : this.#out.style, this.#options.utc));
  }
}

const same = (text: string): string => text;
const PLAIN = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

// The core alone: it loads in a millisecond, and neither reads the environment nor touches the real console.
import { type ConsolaInstance, createConsola, LogLevels } from "consola/core";
import { type ConsoleStyle, consoleText } from "./console-text.ts";
import { jsonLine } from "./json-line.ts";
import type { LogRecord, LogSink, Threshold } from "./record.ts";

/** Where console lines go: a standard stream, or a test. */
export interface ConsoleOutput {
  write(text: string): unknown;
  /** True on a terminal. */
  readonly isTTY?: boolean | undefined;
}

/** Shows records to a person (or, as JSON, to a supervisor) through consola. */
export class ConsoleSink implements LogSink {
  threshold: Threshold;
  style: ConsoleStyle;
  readonly #colour: boolean;
  readonly #consola: ConsolaInstance;

  constructor(options: {
    output: ConsoleOutput;
    threshold: Threshold;
    style: ConsoleStyle;
    /** Already decided from the terminal and `NO_COLOR`/`FORCE_COLOR`. */
    colour: boolean;
  }) {
    this.threshold = options.threshold;
    this.style = options.style;
    this.#colour = options.colour;
    this.#consola = createConsola({
      level: LogLevels.trace,
      // Repeats are counted before the sinks, the same for all of them.
      throttle: 0,
      reporters: [{ log: ({ args }) => void options.output.write(`${args.join(" ")}\n`) }],
    });
  }

  write(record: LogRecord): void {
    const text = this.style === "json" ? jsonLine(record) : consoleText(record, this.style, this.#colour);
    this.#consola[record.level](text);
  }
}

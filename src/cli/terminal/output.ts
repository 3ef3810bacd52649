import { namingProfile } from "../../config/index.ts";
import type { CliError } from "../errors.ts";
import type { Sink } from "./sink.ts";
import { type Spinner, spinner } from "./spinner.ts";

export interface OutputOptions {
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** `--no-color` was not given. */
  readonly color: boolean;
  /** `NO_COLOR` is set. */
  readonly noColor: boolean;
  /** `FORCE_COLOR` is set. */
  readonly forceColor: boolean;
  /** Stack traces are wanted (`OPENCLAW_DEBUG=1`). */
  readonly debug: boolean;
  /** Named profile, which every printed command must carry. */
  readonly profile: string | undefined;
}

/** All that moves a cursor, rings or turns text around; colours (`ESC [ … m`), tabs and line ends stay. */
const PAINTING =
  /\u001b(?!\[[0-9;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Every control character but tab and line feed: what an agent says has no colours of its own. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Colours a text, or leaves it alone when the reader cannot show them. */
export type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** Results on stdout, everything else on stderr. */
export class Output {
  readonly style: Style;
  readonly #options: OutputOptions;
  readonly #errorStyle: Style;
  #spinner: Spinner | undefined;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.style = styleFor(this.#colours(options.stdout));
    this.#errorStyle = styleFor(this.#colours(options.stderr));
  }

  /** True when a person sits in front of stdout. */
  get interactive(): boolean {
    return this.#options.stdout.isTty;
  }

  /** True when stdout shows colour. */
  get color(): boolean {
    return this.#colours(this.#options.stdout);
  }

  /** True when stderr shows colour. */
  get colorOfNotes(): boolean {
    return this.#colours(this.#options.stderr);
  }

  /** A line of the result. */
  line(text = ""): void {
    this.#options.stdout.write(`${this.shown(text)}\n`);
  }

  /** Result text exactly as it is. */
  raw(text: string): void {
    this.#options.stdout.write(text);
  }

  /** Result text that comes in pieces, word for word, but for what would paint the terminal. */
  text(piece: string): void {
    this.#options.stdout.write(this.interactive ? piece.replaceAll(CONTROLS, "") : piece);
  }

  /** The one JSON document of `--json`. */
  json(value: unknown): void {
    this.#options.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  }

  /** One record of a JSON stream. */
  record(value: unknown): void {
    this.#options.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** A hint, warning or other remark; never part of the result. */
  note(text: string): void {
    this.#options.stderr.write(`${this.shown(text)}\n`);
  }

  /** A remark in passing, fainter than a hint. */
  aside(text: string): void {
    this.note(this.#errorStyle.dim(text));
  }

  /** A warning. */
  warn(text: string): void {
    this.note(this.#errorStyle.yellow(text));
  }

  /** One JSON record on stderr, for streams whose stdout carries only data. */
  noteRecord(value: unknown): void {
    this.#options.stderr.write(`${JSON.stringify(value)}\n`);
  }

  /** Reports a failure in the words of the mode the command runs in. */
  failure(error: CliError, json: boolean): void {
    if (json) {
      const { type, message, hint, fields, beside } = error;
      this.json({
        ok: false,
        ...beside,
        error: {
          type,
          message: this.shown(message),
          ...fields,
          ...(hint !== undefined && { hint: this.shown(hint) }),
        },
      });
    } else {
      this.note(this.#errorStyle.red(error.message));
      if (error.hint !== undefined) this.note(error.hint);
    }
    if (this.#options.debug) this.note(traceOf(error));
  }

  /** Runs work that may take a while behind a moving mark, which only a person at a terminal sees. */
  async during<T>(label: string, work: Promise<T>): Promise<T> {
    const stop = this.waiting(label);
    try {
      return await work;
    } finally {
      stop();
    }
  }

  /** Shows the moving mark until the returned function is called; the line is free again when that returns. */
  waiting(label: string): () => void {
    if (!this.#options.stderr.isTty) return () => {};
    const mark = spinner(this.#options.stderr, label);
    this.#spinner = mark;
    return () => {
      mark.stop();
      if (this.#spinner === mark) this.#spinner = undefined;
    };
  }

  /** How far something long has come: behind the moving mark where there is one, else a remark of its own. */
  progress(text: string): void {
    if (this.#spinner === undefined) this.aside(text);
    else this.#spinner.say(this.shown(text));
  }

  /** Draws a line of a terminal anew, for something that moves; nobody else sees it. */
  redraw(text: string): void {
    if (this.#options.stderr.isTty) this.#options.stderr.write(`\r${text.replaceAll(PAINTING, "")}`);
  }

  /** Text for a terminal: names from outside cannot paint it, and printed commands name the profile they must run in. */
  shown(text: string): string {
    return namingProfile(text.replaceAll(PAINTING, ""), this.#options.profile);
  }

  #colours(sink: Sink): boolean {
    const { color, noColor, forceColor } = this.#options;
    if (!color || noColor) return false;
    return forceColor || sink.isTty;
  }
}

function styleFor(on: boolean): Style {
  const paint = (code: number, end: number): Paint =>
    on ? (text) => `\u001b[${code}m${text}\u001b[${end}m` : (text) => text;
  return {
    bold: paint(1, 22),
    dim: paint(2, 22),
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
  };
}

function traceOf(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\nCaused by: ${traceOf(error.cause)}` : own;
}

import type { Writable } from "node:stream";
import { CliError } from "../errors.ts";
import { MAX_COLUMNS, wrap } from "./layout.ts";
import type { Output } from "./output.ts";

/** One thing that can be chosen. */
export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  /** Shown beside the label while the choice is looked at. */
  readonly hint?: string;
}

export interface TextQuestion {
  readonly question: string;
  /** Stands in the field already, to be kept or changed. */
  readonly initial?: string;
  /** Shown, faintly, in the empty field. */
  readonly placeholder?: string;
  /** What is wrong with an answer, for the person to mend; nothing when it can be used. */
  readonly check?: (answer: string) => string | undefined;
}

/** Asks the person at the terminal, on stderr. Ctrl-C, Ctrl-D and Escape end the program: `CliError`, exit 130. */
export interface Prompts {
  /** A line of text, without blanks around it. */
  text(ask: TextQuestion): Promise<string>;
  /** A secret: what is typed is shown as dots, and the answer is never repeated. */
  secret(ask: Omit<TextQuestion, "initial" | "placeholder">): Promise<string>;
  confirm(ask: { readonly question: string; readonly initial?: boolean }): Promise<boolean>;
  select<T>(ask: {
    readonly question: string;
    readonly choices: readonly Choice<T>[];
    readonly initial?: T;
  }): Promise<T>;
  /** Any of the choices, in their order; none of them is an answer too. */
  multiselect<T>(ask: {
    readonly question: string;
    readonly choices: readonly Choice<T>[];
    readonly initial?: readonly T[];
  }): Promise<readonly T[]>;
  /** Text to read, in a frame of its own. */
  note(text: string, title?: string): Promise<void>;
  /** One line between two questions. */
  told(text: string, kind?: "info" | "success" | "warn" | "error"): Promise<void>;
  /** Shows a moving mark beside the label while the work is done; settles as the work does. */
  progress<T>(label: string, work: Promise<T>): Promise<T>;
}

/** What shells say of a program that Ctrl-C ended. */
export const EXIT_SIGINT = 130;

const CTRL_D = "\u0004";

/** Colours of text, nothing that moves the cursor. */
const COLOURS = /\u001b\[[0-9;]*m/g;

/** Rows of a long list that are on the screen at once; the others scroll in. */
const VISIBLE_CHOICES = 12;

/** What the frame of a note takes of each line. */
const NOTE_FRAME_COLUMNS = 6;

/** What the mark before a line between two questions takes. */
const MARK_COLUMNS = 3;

/** The prompts of `@clack/prompts`, which is loaded with the first question. */
export class TerminalPrompts implements Prompts {
  readonly #out: Output;
  #screen: Promise<Writable> | undefined;

  constructor(out: Output) {
    this.#out = out;
  }

  async text({ question, initial, placeholder, check }: TextQuestion): Promise<string> {
    const { text } = await clack();
    const answer = await this.#ask((ends) =>
      text({
        ...ends,
        message: this.#out.shown(question),
        ...(initial !== undefined && { initialValue: initial }),
        ...(placeholder !== undefined && { placeholder }),
        validate: (typed) => check?.((typed ?? "").trim()),
      }),
    );
    // The library says "nothing" for a field that was left empty.
    return String(answer ?? "").trim();
  }

  async secret({ question, check }: Omit<TextQuestion, "initial" | "placeholder">): Promise<string> {
    const { password } = await clack();
    const answer = await this.#ask((ends) =>
      password({
        ...ends,
        message: this.#out.shown(question),
        clearOnError: true,
        validate: (typed) => check?.((typed ?? "").trim()),
      }),
    );
    return String(answer ?? "").trim();
  }

  async confirm({ question, initial = true }: { question: string; initial?: boolean }): Promise<boolean> {
    const { confirm } = await clack();
    return this.#ask((ends) =>
      confirm({ ...ends, message: this.#out.shown(question), initialValue: initial }),
    );
  }

  async select<T>({
    question,
    choices,
    initial,
  }: {
    question: string;
    choices: readonly Choice<T>[];
    initial?: T;
  }): Promise<T> {
    const { select } = await clack();
    const at = choices.findIndex(({ value }) => value === initial);
    // The library chooses among numbers, so that values of any type, functions too, stay ours.
    const chosen = await this.#ask((ends) =>
      select<number>({
        ...ends,
        message: this.#out.shown(question),
        options: this.#options(choices),
        initialValue: Math.max(0, at),
        maxItems: VISIBLE_CHOICES,
      }),
    );
    return picked(choices, chosen);
  }

  async multiselect<T>({
    question,
    choices,
    initial = [],
  }: {
    question: string;
    choices: readonly Choice<T>[];
    initial?: readonly T[];
  }): Promise<readonly T[]> {
    const { multiselect } = await clack();
    const chosen = await this.#ask((ends) =>
      multiselect<number>({
        ...ends,
        message: this.#out.shown(question),
        options: this.#options(choices),
        initialValues: choices.flatMap(({ value }, at) => (initial.includes(value) ? [at] : [])),
        required: false,
        maxItems: VISIBLE_CHOICES,
      }),
    );
    return choices.flatMap(({ value }, at) => (chosen.includes(at) ? [value] : []));
  }

  async note(text: string, title = ""): Promise<void> {
    const { note } = await clack();
    const output = await this.#output();
    const lines = wrap(this.#out.shown(text), room() - NOTE_FRAME_COLUMNS);
    note(lines.join("\n"), this.#out.shown(title), { output, format: (line) => line });
  }

  async told(text: string, kind: "info" | "success" | "warn" | "error" = "info"): Promise<void> {
    const { log } = await clack();
    const lines = wrap(this.#out.shown(text), room() - MARK_COLUMNS);
    log[kind](lines.join("\n"), { output: await this.#output() });
  }

  progress<T>(label: string, work: Promise<T>): Promise<T> {
    // The library's own mark ends the program with 0 on Ctrl-C.
    return this.#out.during(label, work);
  }

  #output(): Promise<Writable> {
    this.#screen ??= screenOf(this.#out);
    return this.#screen;
  }

  #options<T>(choices: readonly Choice<T>[]): { value: number; label: string; hint?: string }[] {
    return choices.map(({ label, hint }, value) => ({
      value,
      label: this.#out.shown(label),
      ...(hint !== undefined && { hint: this.#out.shown(hint) }),
    }));
  }

  /** Asks one question. The end of the input, which the library waits through, is the end of the program too. */
  async #ask<T>(
    question: (ends: { output: Writable; signal: AbortSignal }) => Promise<T>,
  ): Promise<Answer<T>> {
    const { isCancel } = await clack();
    const { stdin } = process;
    const output = await this.#output();
    const ended = new AbortController();
    const end = (): void => ended.abort();
    const onKey = (_: unknown, key: { readonly sequence?: string } | undefined): void => {
      if (key?.sequence === CTRL_D) end();
    };
    stdin.on("keypress", onKey).once("end", end).once("close", end);
    try {
      const answer = await question({ output, signal: ended.signal });
      if (isAnswer(answer, isCancel)) return answer;
    } finally {
      stdin.off("keypress", onKey).off("end", end).off("close", end);
    }
    throw new CliError("Ended before the last question.", { exitCode: EXIT_SIGINT });
  }
}

/** What a question resolves to when it was not cancelled. */
type Answer<T> = Exclude<T, symbol>;

function isAnswer<T>(answer: T, isCancel: (value: unknown) => boolean): answer is Answer<T> {
  return !isCancel(answer);
}

function picked<T>(choices: readonly Choice<T>[], at: number): T {
  const choice = choices[at];
  if (choice === undefined) throw new Error(`there is no choice ${at}`);
  return choice.value;
}

/** Columns there are for text. */
function room(): number {
  return Math.min(process.stderr.columns ?? MAX_COLUMNS, MAX_COLUMNS);
}

function clack() {
  return import("@clack/prompts");
}

/** Standard error as the library needs it; without colours where the reader wants none. */
async function screenOf(out: Output): Promise<Writable> {
  const { Writable } = await import("node:stream");
  const { stderr } = process;
  const screen = new Writable({
    decodeStrings: false,
    write(chunk: unknown, _encoding, done) {
      const text = String(chunk);
      stderr.write(out.colorOfNotes ? text : text.replaceAll(COLOURS, ""));
      done();
    },
  });
  // The size is asked for at each drawing, and the window may have changed meanwhile.
  Object.defineProperties(screen, {
    columns: { get: () => stderr.columns },
    rows: { get: () => stderr.rows },
    isTTY: { value: true },
  });
  stderr.on("resize", () => screen.emit("resize"));
  return screen;
}

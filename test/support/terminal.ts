import { PATIENCE_MS, until, within } from "./wait.ts";

/** Keys as a terminal sends them. */
export const KEY = {
  enter: "\r",
  up: "\u001b[A",
  down: "\u001b[B",
  space: " ",
  backspace: "\u007f",
  escape: "\u001b",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
} as const;

/** A program whose three streams are a terminal, and a person who reads and types. */
export interface TerminalProgram extends AsyncDisposable {
  readonly pid: number;
  /** Everything that was ever painted, byte for byte. */
  recording(): string;
  /** The same as text: without colours and moves of the cursor. */
  text(): string;
  /** Waits until the text has this after what was waited for before; answers with the text from there on. */
  sees(what: string | RegExp, timeoutMs?: number): Promise<string>;
  /** Types, all at once. */
  type(...keys: readonly string[]): void;
  /** Settles with the exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** The terminal window is closed. */
  hangUp(): void;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** Control sequences of a terminal, and those of its title. */
const SEQUENCES = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007|\r/g;

/** Starts a command in a terminal of its own. It is killed when the test ends. */
export function inTerminal(command: readonly string[], options: TerminalOptions): TerminalProgram {
  const decoder = new TextDecoder();
  let recorded = "";
  let read = 0;
  const child = Bun.spawn([...command], {
    cwd: options.cwd,
    env: { TERM: "xterm-256color", ...options.env },
    terminal: {
      cols: options.columns ?? 100,
      rows: options.rows ?? 40,
      data: (_terminal, data) => {
        recorded += decoder.decode(data, { stream: true });
      },
    },
  });
  const text = () => recorded.replaceAll(SEQUENCES, "");
  const exited = child.exited.then(() => child.exitCode);
  return {
    pid: child.pid,
    recording: () => recorded,
    text,
    async sees(what, timeoutMs = PATIENCE_MS) {
      const found = () => {
        const rest = text().slice(read);
        const match = typeof what === "string" ? rest.indexOf(what) : rest.search(what);
        return match < 0 ? undefined : { rest: rest.slice(match), at: read + match };
      };
      const { rest, at } = await until(`"${String(what)}" on the screen`, found, timeoutMs).catch(
        (error: unknown) => {
          throw new Error(`${String(error)}\n${text().slice(read)}`);
        },
      );
      read = at + (typeof what === "string" ? what.length : 1);
      return rest;
    },
    type: (...keys) => void child.terminal?.write(keys.join("")),
    exited,
    hangUp: () => child.terminal?.close(),
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await within("the end of the program", exited).catch(() => child.kill("SIGKILL"));
      await exited;
      child.terminal?.close();
    },
  };
}

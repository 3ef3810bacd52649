import { createInterface } from "node:readline";

/** What a person did at the prompt. */
export type Typed =
  | { readonly kind: "line"; readonly text: string }
  /** Ctrl-C: the line is dropped. */
  | { readonly kind: "interrupted" }
  /** Ctrl-D, or the terminal went away. */
  | { readonly kind: "ended" };

/** Reads lines from a person at a terminal, with the keys and the history of a shell. */
export interface LineEditor {
  read(prompt: string): Promise<Typed>;
  /** Hears Ctrl-C between two reads; returns what stops it. */
  onInterrupt(listener: () => void): () => void;
  /** Lets go of the terminal; the program could not end while it is held. */
  close(): void;
}

/** Lines the arrow keys go back to; a conversation at a terminal is rarely longer. */
const HISTORY_LINES = 500;

/**
 * The editor on standard input. Each line has an interface of its own, since an open one keeps the terminal in raw mode
 * and would paint its prompt into an answer that is being printed.
 */
export class ReadlineEditor implements LineEditor {
  readonly #history: string[] = [];

  read(prompt: string): Promise<Typed> {
    const reader = createInterface({
      input: process.stdin,
      output: process.stdout,
      prompt,
      history: [...this.#history],
      historySize: HISTORY_LINES,
    });
    return new Promise((resolve) => {
      const settle = (typed: Typed): void => {
        // Before closing, which says "ended" of its own.
        resolve(typed);
        reader.close();
      };
      reader.once("line", (text) => {
        this.#remember(text);
        settle({ kind: "line", text });
      });
      reader.once("SIGINT", () => {
        process.stdout.write("\n");
        settle({ kind: "interrupted" });
      });
      reader.once("close", () => settle({ kind: "ended" }));
      reader.prompt();
    });
  }

  onInterrupt(listener: () => void): () => void {
    process.on("SIGINT", listener);
    return () => process.off("SIGINT", listener);
  }

  close(): void {
    process.stdin.destroy();
  }

  /** Newest first, as the reader wants it. */
  #remember(text: string): void {
    if (text.trim() === "" || text === this.#history[0]) return;
    this.#history.unshift(text);
    this.#history.length = Math.min(this.#history.length, HISTORY_LINES);
  }
}

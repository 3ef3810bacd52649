import type { Env, Paths } from "../config/index.ts";
import type { Clock } from "../lib/clock.ts";
import type { LineEditor } from "./terminal/line-editor.ts";
import type { Output } from "./terminal/output.ts";
import type { Prompts } from "./terminal/prompts.ts";
import type { RootOptions } from "./root-flags.ts";

/** What every command works with. */
export interface Session {
  readonly env: Env;
  readonly root: RootOptions;
  /** The profile in use; `undefined` for the default one. */
  readonly profile: string | undefined;
  readonly paths: Paths;
  readonly out: Output;
  readonly clock: Clock;
  /**
   * For commands that follow something: takes Ctrl-C and SIGTERM over; the signal fires on the first of them, with the
   * name of the signal as its reason. The second one ends the program.
   */
  interrupted(): AbortSignal;
  /** Asks a yes-or-no question; `undefined` when nobody is there to answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
  /** Asks several things, one after the other; `undefined` when nobody sits at a terminal. */
  readonly prompts: Prompts | undefined;
  /** Opens a line editor for a conversation; `undefined` when nobody sits at a terminal. */
  readonly editLines: (() => Promise<LineEditor>) | undefined;
  /** All of standard input. Rejects with a `CliError` when it is a terminal or longer than `maxBytes`. */
  readInput(maxBytes: number): Promise<string>;
}

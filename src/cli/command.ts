import type { Session } from "./session.ts";
import type { FlagTable, FlagValues } from "./flags.ts";

/** A positional argument. */
export interface Argument {
  readonly name: string;
  readonly summary: string;
  readonly required?: boolean;
  /** Takes all that is left. */
  readonly rest?: boolean;
  readonly choices?: readonly string[];
}

export interface Example {
  readonly command: string;
  readonly summary: string;
}

/** What a handler gets: its options and arguments, and the session they run in. */
export interface Invocation<F extends FlagTable> {
  readonly flags: FlagValues<F>;
  /** Positional arguments in order. */
  readonly args: readonly string[];
  readonly session: Session;
}

/** A command's code; resolves to the exit code, 0 when it returns nothing. Failures are thrown as `CliError`. */
export type Run<F extends FlagTable> = (invocation: Invocation<F>) => Promise<number | void>;

/** One row of the command table: everything help, parsing, completion and the docs page know about a command. */
export interface Command {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** One line. */
  readonly summary: string;
  /** Paragraphs below the summary, for facts a one-liner cannot hold. */
  readonly description?: string;
  readonly args: readonly Argument[];
  readonly flags: FlagTable;
  readonly examples: readonly Example[];
  readonly subcommands: readonly Command[];
  /** Loads the code at first use; absent for a pure group. */
  readonly load: (() => Promise<Run<FlagTable>>) | undefined;
}

export interface CommandSpec<F extends FlagTable> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly args?: readonly Argument[];
  readonly flags?: F;
  /** `["openclaw health --json", "what it does"]`. */
  readonly examples?: readonly (readonly [command: string, summary: string])[];
  readonly subcommands?: readonly Command[];
  readonly load?: () => Promise<{ readonly run: Run<F> }>;
}

/** Declares a command; the handler's option types come from the table it is declared with. */
export function defineCommand<F extends FlagTable = Readonly<Record<never, never>>>(
  spec: CommandSpec<F>,
): Command {
  const { load } = spec;
  return {
    name: spec.name,
    summary: spec.summary,
    ...(spec.aliases && { aliases: spec.aliases }),
    ...(spec.description !== undefined && { description: spec.description }),
    args: spec.args ?? [],
    flags: spec.flags ?? {},
    examples: (spec.examples ?? []).map(([command, summary]) => ({ command, summary })),
    subcommands: spec.subcommands ?? [],
    // The parser fills exactly the declared table, so the handler's narrower type holds.
    load: load && (async () => (await load()).run as Run<FlagTable>),
  };
}

/** The words that lead to a command, for example `openclaw gateway call`. */
export function commandLine(path: readonly Command[]): string {
  return path.map((command) => command.name).join(" ");
}

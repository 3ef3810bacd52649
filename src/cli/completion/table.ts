import type { Command } from "../command.ts";
import { flagName, type FlagTable } from "../flags.ts";
import { rootFlags } from "../root-flags.ts";

export interface Word {
  readonly word: string;
  readonly summary: string;
}

/** What can follow one command. */
export interface CompletionRow {
  /** The words up to here, for example `openclaw gateway`. */
  readonly path: string;
  /** Subcommands, or the values of a fixed argument. */
  readonly words: readonly Word[];
  readonly options: readonly Word[];
  /** Values of options that take one of a few words. */
  readonly values: readonly { readonly option: string; readonly choices: readonly string[] }[];
  /** Options that take any other text: what follows is a file, if anything. */
  readonly texts: readonly string[];
}

/** The command table as completion sees it, one row per command. */
export function completionRows(command: Command, before = ""): CompletionRow[] {
  const path = before === "" ? command.name : `${before} ${command.name}`;
  const flags: FlagTable = { ...rootFlags, ...command.flags };
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true);
  const own: CompletionRow = {
    path,
    words: [
      ...command.subcommands.map((sub) => ({ word: sub.name, summary: sub.summary })),
      ...(command.args[0]?.choices ?? []).map((word) => ({ word, summary: command.args[0]?.summary ?? "" })),
    ],
    options: [
      ...shown.map(([key, flag]) => ({
        word: flag.negativeOnly === true ? `--no-${flagName(key)}` : `--${flagName(key)}`,
        summary: flag.summary,
      })),
      { word: "--help", summary: "Show help" },
    ],
    values: shown.flatMap(([key, flag]) =>
      flag.choices ? [{ option: `--${flagName(key)}`, choices: flag.choices }] : [],
    ),
    texts: shown.flatMap(([key, flag]) =>
      flag.placeholder !== undefined && !flag.choices ? [`--${flagName(key)}`] : [],
    ),
  };
  return [own, ...command.subcommands.flatMap((sub) => completionRows(sub, path))];
}

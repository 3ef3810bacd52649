import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { powershellScript } from "../completion/powershell.ts";
import { completionRows, type CompletionRow } from "../completion/table.ts";
import { zshScript } from "../completion/zsh.ts";
import { ROOT } from "../commands/index.ts";
import type { Run } from "../command.ts";
import type { SHELLS } from "../commands/top.ts";
import type { FlagTable } from "../flags.ts";

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (rows: readonly CompletionRow[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

export const run: Run<FlagTable> = async ({ args, session }) => {
  const script = Object.entries(SCRIPTS).find(([shell]) => shell === args[0])?.[1];
  // The parser let only these names through.
  if (script) session.out.raw(script(completionRows(ROOT)));
};

import { ROOT } from "../commands/index.ts";
import type { Command, Run } from "../command.ts";
import { type helpFlags } from "../commands/top.ts";
import { flagName } from "../flags.ts";
import { parse } from "../parse.ts";
import { helpText } from "../help.ts";
import { referencePage } from "../markdown.ts";

export const run: Run<typeof helpFlags> = async ({ flags, args, session }) => {
  if (flags.markdown) {
    session.out.raw(referencePage(ROOT));
    return;
  }
  // Walks the table like the command line itself does, with the same suggestions for a wrong word.
  const parsed = parse([...args, "--help"], ROOT);
  const path = parsed.kind === "help" ? parsed.path : [ROOT];
  const command = path[path.length - 1] ?? ROOT;
  if (flags.json) session.out.json(describe(command));
  else session.out.raw(helpText(path));
};

/** The row of the command table as data. */
export function describe(command: Command): Record<string, unknown> {
  return {
    name: command.name,
    ...(command.aliases && { aliases: command.aliases }),
    summary: command.summary,
    ...(command.description !== undefined && { description: command.description }),
    runnable: command.load !== undefined,
    args: command.args,
    options: Object.entries(command.flags)
      .filter(([, flag]) => flag.hidden !== true)
      .map(([key, flag]) => ({
        name: flag.negativeOnly === true ? `no-${flagName(key)}` : flagName(key),
        summary: flag.summary,
        ...(flag.placeholder !== undefined && { value: flag.placeholder }),
        ...(flag.choices && { choices: flag.choices }),
        ...(flag.fallback !== undefined && { default: flag.fallback }),
      })),
    examples: command.examples,
    commands: command.subcommands.map(describe),
  };
}

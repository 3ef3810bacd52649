import { type Command, commandLine } from "./command.ts";
import { argumentTitle, flagSummary, flagTitle } from "./help.ts";
import { type FlagTable } from "./flags.ts";
import { rootFlags } from "./root-flags.ts";
import { padded, widthOf } from "./terminal/layout.ts";

/** The reference page of the whole command line, from the table. */
export function referencePage(root: Command): string {
  const blocks = [
    "# Command line reference",
    "Made from the program's own command table by `openclaw help --markdown`; do not edit.",
    "How commands print, fail and exit is on [its own page](output.md), and so is [doctor](doctor.md).",
    "## Global options",
    flagTable(rootFlags),
    ...root.subcommands.flatMap((command) => commandBlocks([root, command], 2)),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function commandBlocks(path: readonly Command[], level: number): string[] {
  const command = path[path.length - 1];
  if (!command) return [];
  const own = Object.keys(command.flags).length > 0 && command.load !== undefined;
  return [
    `${"#".repeat(level)} \`${[commandLine(path), ...command.args.map(argumentTitle)].join(" ")}\``,
    `${sentence(command.summary)}${command.description === undefined ? "" : ` ${command.description}`}`,
    ...(own ? [flagTable(command.flags)] : []),
    ...(command.examples.length === 0 ? [] : [examples(command)]),
    ...command.subcommands.flatMap((sub) => commandBlocks([...path, sub], level + 1)),
  ];
}

function flagTable(flags: FlagTable): string {
  const rows = Object.entries(flags)
    .filter(([, flag]) => flag.hidden !== true)
    .map(([key, flag]): Row => [`\`${flagTitle(key, flag)}\``, flagSummary(flag).replaceAll("|", "\\|")]);
  return alignedTable(["Option", "Meaning"], rows);
}

type Row = readonly [left: string, right: string];

/** As the formatter of documents lays tables out. */
function alignedTable(header: Row, rows: readonly Row[]): string {
  const widest = (column: 0 | 1) => Math.max(...[header, ...rows].map((row) => widthOf(row[column])));
  const [left, right] = [widest(0), widest(1)];
  const line = (row: Row) => `| ${padded(row[0], left)} | ${padded(row[1], right)} |`;
  const rule: Row = ["-".repeat(left), "-".repeat(right)];
  return [header, rule, ...rows].map(line).join("\n");
}

function examples(command: Command): string {
  const lines = command.examples.flatMap(({ command: line, summary }) => [`# ${summary}`, line]);
  return ["```sh", ...lines, "```"].join("\n");
}

function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

import { type Argument, type Command, commandLine } from "./command.ts";
import { type Flag, flagName, type FlagTable } from "./flags.ts";
import { definitions, wrap, MAX_COLUMNS } from "./terminal/layout.ts";
import { rootFlags } from "./root-flags.ts";

/** The help page of a command, from its row in the table. Lines fit 80 columns. */
export function helpText(path: readonly Command[]): string {
  const command = path[path.length - 1];
  if (!command) return "";
  const sections = [
    wrap(command.summary, MAX_COLUMNS),
    ...(command.description === undefined ? [] : [wrap(command.description, MAX_COLUMNS)]),
    usage(path, command),
    section("Commands", definitions(command.subcommands.map((sub) => [subTitle(sub), sub.summary]))),
    section("Arguments", definitions(command.args.map((arg) => [argumentTitle(arg), arg.summary]))),
    section("Options", definitions(flagRows(command.flags))),
    section("Global options", definitions([...flagRows(rootOnly(command)), ...FIXED_ROWS])),
    section("Examples", examples(command)),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** How an option is written, for example `-t, --target <id>`. */
export function flagTitle(key: string, flag: Flag<unknown>): string {
  const name = flag.negativeOnly === true ? `--no-${flagName(key)}` : `--${flagName(key)}`;
  const short = flag.short === undefined ? "" : `-${flag.short}, `;
  return `${short}${name}${flag.placeholder === undefined ? "" : ` <${flag.placeholder}>`}`;
}

/** The summary with its default. */
export function flagSummary(flag: Flag<unknown>): string {
  const choices = flag.choices === undefined ? "" : `: ${flag.choices.join(", ")}`;
  return `${flag.summary}${choices}${flag.fallback === undefined ? "" : ` (default: ${flag.fallback})`}`;
}

/** How an argument is written: `<name>` when required, `[name]` when not. */
export function argumentTitle(argument: Argument): string {
  const name = argument.rest === true ? `${argument.name}...` : argument.name;
  return argument.required === true ? `<${name}>` : `[${name}]`;
}

function usage(path: readonly Command[], command: Command): string[] {
  const words = [
    commandLine(path),
    ...(command.subcommands.length > 0 ? [command.load === undefined ? "<command>" : "[command]"] : []),
    ...(Object.keys(command.flags).length > 0 ? ["[options]"] : []),
    ...command.args.map(argumentTitle),
  ];
  return [`Usage: ${words.join(" ")}`];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines];
}

function subTitle(command: Command): string {
  return [command.name, ...(command.aliases ?? [])].join(", ");
}

function flagRows(flags: FlagTable): (readonly [string, string])[] {
  const shown = Object.entries(flags).filter(([, flag]) => flag.hidden !== true);
  return shown.map(([key, flag]) => [flagTitle(key, flag), flagSummary(flag)]);
}

/** A command's own option hides the global one of the same name. */
function rootOnly(command: Command): FlagTable {
  return Object.fromEntries(Object.entries(rootFlags).filter(([key]) => !(key in command.flags)));
}

const FIXED_ROWS = [
  ["-h, --help", "Show this help"],
  ["-V, --version", "Print the version"],
] as const;

function examples(command: Command): string[] {
  return command.examples.flatMap((example, index) => [
    ...(index === 0 ? [] : [""]),
    ...wrap(example.summary, MAX_COLUMNS - 4).map((line) => `  # ${line}`),
    `  ${example.command}`,
  ]);
}

import { type Command, commandLine } from "./command.ts";
import { CliError } from "./errors.ts";
import { type Flag, flagName, type FlagTable, type FlagValues } from "./flags.ts";
import { rootFlags, type RootOptions } from "./root-flags.ts";
import { closest } from "./suggest.ts";

/** What an argument list asks for. */
export type Parsed =
  | { readonly kind: "version" }
  | { readonly kind: "help"; readonly path: readonly Command[]; readonly asked: boolean }
  | {
      readonly kind: "run";
      readonly path: readonly Command[];
      readonly command: Command;
      readonly flags: FlagValues<FlagTable>;
      readonly args: readonly string[];
      readonly root: RootOptions;
    };

interface Option {
  /** As typed, with dashes, for messages. */
  readonly typed: string;
  readonly name: string;
  readonly value: string | undefined;
}

interface Found {
  readonly key: string;
  readonly flag: Flag<unknown>;
  /** Given as `--no-…`. */
  readonly negated: boolean;
}

/** Understands an argument list by the command table under `root`. Throws `CliError` for anything it cannot take. */
export function parse(argv: readonly string[], root: Command): Parsed {
  const path: Command[] = [root];
  const options: Option[] = [];
  const args: string[] = [];
  let current = root;
  let help = false;
  let index = 0;
  /** The option right before the first word that is no command: when it is unknown, that word was meant as its value. */
  let beforeArgs: Option | undefined;
  while (index < argv.length) {
    const token = argv[index++] ?? "";
    if (token === "--") {
      args.push(...argv.slice(index));
      break;
    }
    if (token === "-h" || token === "--help") {
      help = true;
    } else if (token === "-V" || (token === "--version" && current === root)) {
      return { kind: "version" };
    } else if (isOption(token)) {
      const [option, taken] = readOption(token, argv[index], current);
      options.push(option);
      index += taken;
    } else {
      const next: Command | undefined = args.length === 0 ? subcommandOf(current, token) : undefined;
      if (next) {
        path.push((current = next));
      } else {
        if (args.length === 0) beforeArgs = options.at(-1);
        args.push(token);
      }
    }
  }
  const stray = args[0];
  if (stray !== undefined && current.args.length === 0 && current.subcommands.length > 0) {
    if (beforeArgs && !isKnown(beforeArgs, current)) throw unknownOption(beforeArgs, current, path);
    throw unknownCommand(stray, path);
  }
  if (help || current.load === undefined) return { kind: "help", path, asked: help || current === root };
  const { flags, rootOptions } = resolveOptions(options, current, path);
  checkArguments(args, current, path);
  return { kind: "run", path, command: current, flags, args, root: rootOptions };
}

/** `-` alone means standard input, and `-100…` is a number: ids of groups begin like this. */
function isOption(token: string): boolean {
  return token.startsWith("-") && token !== "-" && !/^-\d/.test(token);
}

function subcommandOf(command: Command, word: string): Command | undefined {
  return command.subcommands.find((sub) => sub.name === word || (sub.aliases ?? []).includes(word));
}

function unknownCommand(word: string, path: readonly Command[]): CliError {
  const here = path[path.length - 1];
  const names = (here?.subcommands ?? []).flatMap((sub) => [sub.name, ...(sub.aliases ?? [])]);
  const guess = closest(word, names);
  const line = commandLine(path);
  return new CliError(
    `Unknown command: ${line} ${word}.${guess === undefined ? "" : ` Did you mean: ${line} ${guess}?`}`,
    // A command in other programs, an option here.
    { hint: word === "version" ? "Try: openclaw --version" : `Try: ${line} --help` },
  );
}

/** Splits one option and says how many further tokens it took. */
function readOption(token: string, next: string | undefined, current: Command): [Option, number] {
  const equals = token.indexOf("=");
  const typed = equals > 0 ? token.slice(0, equals) : token;
  const name = typed.replace(/^--?/, "");
  if (equals > 0) return [{ typed, name, value: token.slice(equals + 1) }, 0];
  const found = findInTree(typed, current) ?? findIn(typed, rootFlags);
  const wantsValue = found?.flag.placeholder !== undefined && !found.negated;
  if (!wantsValue || next === undefined || next.startsWith("--"))
    return [{ typed, name, value: undefined }, 0];
  return [{ typed, name, value: next }, 1];
}

function isKnown({ typed }: Option, current: Command): boolean {
  return (findInTree(typed, current) ?? findIn(typed, rootFlags)) !== undefined;
}

/** An option may stand before its subcommand, so the commands below count too. */
function findInTree(typed: string, command: Command): Found | undefined {
  const own = findIn(typed, command.flags);
  if (own) return own;
  for (const sub of command.subcommands) {
    const found = findInTree(typed, sub);
    if (found) return found;
  }
  return undefined;
}

function findIn(typed: string, table: FlagTable): Found | undefined {
  const long = typed.startsWith("--") ? typed.slice(2) : undefined;
  for (const [key, flag] of Object.entries(table)) {
    if (long === undefined) {
      if (flag.short === typed.slice(1)) return { key, flag, negated: false };
      continue;
    }
    const names = [flagName(key), ...(flag.aliases ?? [])];
    if (names.includes(long)) return { key, flag, negated: false };
    const canNegate = flag.negatable === true || flag.negativeOnly === true;
    if (canNegate && long.startsWith("no-") && names.includes(long.slice(3)))
      return { key, flag, negated: true };
  }
  return undefined;
}

function resolveOptions(options: readonly Option[], command: Command, path: readonly Command[]) {
  const own = defaults(command.flags);
  const rootOptions = defaults(rootFlags);
  for (const option of options) {
    const mine = findIn(option.typed, command.flags);
    const found = mine ?? findIn(option.typed, rootFlags);
    if (!found) throw unknownOption(option, command, path);
    const values = mine ? own : rootOptions;
    values[found.key] = valueOf(option, found, values[found.key]);
  }
  return {
    flags: own as FlagValues<FlagTable>,
    // Filled from exactly this table.
    rootOptions: rootOptions as RootOptions,
  };
}

function defaults(table: FlagTable): Record<string, unknown> {
  return Object.fromEntries(Object.entries(table).map(([key, flag]) => [key, flag.absent]));
}

function valueOf(option: Option, { key, flag, negated }: Found, before: unknown): unknown {
  const name = flagName(key);
  if (flag.placeholder === undefined) {
    if (option.value !== undefined && option.value !== "true" && option.value !== "false") {
      throw new CliError(`Option ${option.typed} takes no value.`);
    }
    return flag.read(negated ? "false" : (option.value ?? "true"), before, name);
  }
  if (negated) return flag.absent;
  // An option whose value is missing fails with the same words as one whose value is empty.
  if (option.value === undefined) throw missingValue(option, flag, name);
  return flag.read(option.value, before, name);
}

function missingValue(option: Option, flag: Flag<unknown>, name: string): CliError {
  try {
    flag.read("", flag.absent, name);
  } catch (error) {
    if (error instanceof CliError) return error;
  }
  return new CliError(`Option ${option.typed} needs a value: ${option.typed} <${flag.placeholder}>.`);
}

function unknownOption(option: Option, command: Command, path: readonly Command[]): CliError {
  const known = Object.entries({ ...rootFlags, ...command.flags }).flatMap(([key, flag]) =>
    flag.hidden === true ? [] : [flagName(key)],
  );
  const guess = closest(option.name, known);
  return new CliError(
    `Unknown option: ${option.typed}.${guess === undefined ? "" : ` Did you mean: --${guess}?`}`,
    { hint: `Try: ${commandLine(path)} --help` },
  );
}

function checkArguments(args: readonly string[], command: Command, path: readonly Command[]): void {
  const hint = `Try: ${commandLine(path)} --help`;
  const missing = command.args.find(
    (argument, index) => argument.required === true && args[index] === undefined,
  );
  if (missing) throw new CliError(`Missing argument: <${missing.name}> (${missing.summary}).`, { hint });
  const takesRest = command.args.some((argument) => argument.rest === true);
  const extra = takesRest ? undefined : args[command.args.length];
  if (extra !== undefined)
    throw new CliError(`Unexpected argument: ${extra === "" ? '""' : extra}.`, { hint });
  for (const [index, argument] of command.args.entries()) {
    const value = args[index];
    if (value === undefined || argument.choices === undefined || argument.choices.includes(value)) continue;
    throw new CliError(`Invalid ${argument.name}: ${value}. Use one of: ${argument.choices.join(", ")}.`, {
      hint,
    });
  }
}

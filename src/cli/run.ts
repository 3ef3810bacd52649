import { isatty } from "node:tty";
import {
  InvalidProfileError,
  legacyNamesWarning,
  processEnv,
  resolvePaths,
  type Env,
} from "../config/index.ts";
import { systemClock } from "../lib/clock.ts";
import { versionLine } from "../lib/version.ts";
import { type Command, defineCommand } from "./command.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "./errors.ts";
import { explainFailure } from "./failure.ts";
import { Output } from "./terminal/output.ts";
import { TerminalPrompts, type Prompts } from "./terminal/prompts.ts";
import type { LineEditor } from "./terminal/line-editor.ts";
import type { Sink } from "./terminal/sink.ts";
import { parse, type Parsed } from "./parse.ts";
import type { RootOptions } from "./root-flags.ts";
import type { Session } from "./session.ts";
import { readStdin } from "./terminal/stdin.ts";
import { foreignStateWarning, refuseClosedState } from "./whose-state.ts";

/** The descriptor of standard input; the stream itself is opened by whoever reads it. */
const STDIN = 0;

/** The world a command line runs in; tests bring their own. */
export interface CliHost {
  readonly env: Env;
  readonly stdout: Sink;
  readonly stderr: Sink;
  /** Takes Ctrl-C, SIGTERM and SIGHUP over; the signal fires on the first of them, with its name as the reason. */
  interrupted(): AbortSignal;
  /** Asks a yes-or-no question; absent when nobody is there to answer. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** Asks several things, in the words of the given output; absent when nobody sits at a terminal. */
  readonly prompts?: (out: Output) => Prompts;
  /** Opens a line editor; absent when nobody sits at a terminal. */
  readonly editLines?: () => Promise<LineEditor>;
}

/** Runs one command line to its end; resolves to the exit code and never rejects. */
export async function runCli(argv: readonly string[], host: CliHost = processHost()): Promise<number> {
  const json = argv.includes("--json");
  let out = outputFor(host, { color: !argv.includes("--no-color"), profile: undefined });
  try {
    const parsed = parse(argv, await tableFor(argv));
    if (parsed.kind !== "run") return await show(parsed, out);
    const session = openSession(host, parsed.root);
    out = session.out;
    const warning = legacyNamesWarning(host.env);
    if (warning !== undefined) out.warn(warning);
    for (const problem of host.env.problems) out.warn(problem);
    refuseClosedState(session);
    const foreign = foreignStateWarning(session);
    if (foreign !== undefined) out.warn(foreign);
    if (!parsed.command.load) throw new CliError("This command has no code.");
    const run = await parsed.command.load();
    return (await run({ flags: parsed.flags, args: parsed.args, session })) ?? EXIT_OK;
  } catch (error) {
    const failure = explainFailure(error);
    out.failure(failure, json);
    return failure.exitCode;
  }
}

/**
 * The command table, as far as these words need it: what is loaded here stays in memory as long as the process lives, and
 * a gateway lives long.
 */
async function tableFor([first]: readonly string[]): Promise<Command> {
  if (first !== "gateway") return (await import("./commands/index.ts")).ROOT;
  const { gatewayCommand } = await import("./commands/gateway.ts");
  return defineCommand({ name: "openclaw", summary: "", subcommands: [gatewayCommand] });
}

async function show(parsed: Exclude<Parsed, { kind: "run" }>, out: Output): Promise<number> {
  if (parsed.kind === "version") {
    out.raw(`${versionLine()}\n`);
    return EXIT_OK;
  }
  const { helpText } = await import("./help.ts");
  const text = helpText(parsed.path);
  if (parsed.asked) {
    out.raw(text);
    return EXIT_OK;
  }
  out.note(text.trimEnd());
  return EXIT_FAILURE;
}

function openSession(host: CliHost, root: RootOptions): Session {
  const paths = pathsOf(host.env, root);
  const out = outputFor(host, { color: root.color, profile: paths.profile });
  return {
    env: host.env,
    root,
    profile: paths.profile,
    paths,
    out,
    clock: systemClock,
    interrupted: () => host.interrupted(),
    confirm: host.confirm,
    editLines: host.editLines,
    prompts: host.prompts?.(out),
    readInput: readStdin,
  };
}

function pathsOf(env: Env, root: RootOptions) {
  try {
    return resolvePaths(env, { profile: root.profile, dev: root.dev });
  } catch (error) {
    if (error instanceof InvalidProfileError) throw new CliError(error.message);
    throw error;
  }
}

function outputFor(host: CliHost, options: { color: boolean; profile: string | undefined }): Output {
  const { noColor, forceColor, debug } = host.env.output;
  return new Output({ stdout: host.stdout, stderr: host.stderr, noColor, forceColor, debug, ...options });
}

function processHost(): CliHost {
  const interrupt = new AbortController();
  return {
    env: processEnv(),
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    ...(isatty(STDIN) &&
      process.stderr.isTTY && {
        confirm: askPerson,
        prompts: (out: Output) => new TerminalPrompts(out),
      }),
    ...(isatty(STDIN) && process.stdout.isTTY && { editLines: openEditor }),
    interrupted() {
      for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
        process.once(name, () => interrupt.abort(name));
      }
      return interrupt.signal;
    },
  };
}

async function askPerson(question: string): Promise<boolean> {
  const { confirm } = await import("./terminal/confirm.ts");
  return confirm(question);
}

async function openEditor(): Promise<LineEditor> {
  const { ReadlineEditor } = await import("./terminal/line-editor.ts");
  return new ReadlineEditor();
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  // A reader that went away (`| head`) is no failure of ours.
  stream.on("error", () => {});
  return { isTty: stream.isTTY === true, write: (text) => void stream.write(text) };
}

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Type } from "@sinclair/typebox";
import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock, Timer } from "../../../lib/clock.ts";
import { defineTool, ToolInputError } from "../define.ts";
import {
  EXEC_CLEANUP_MS,
  EXEC_MAX_YIELD_MS,
  EXEC_TIMEOUT_SECONDS,
  EXEC_UPDATE_MS,
  EXEC_YIELD_MS,
} from "../limits.ts";
import { flag, maybe, number, parameters, text } from "../parameters.ts";
import type { Tool, ToolContext, ToolResult } from "../tool.ts";
import { commandEnv } from "./command-env.ts";
import type { CommandSessions } from "./command-sessions.ts";
import { execConfig, execMode, modeRefusal } from "./exec-mode.ts";
import { backgroundResult, endedResult, progress } from "./exec-result.ts";
import type { RunningCommand } from "./running-command.ts";
import { shellFor } from "./shell.ts";

export interface ExecDeps {
  readonly config: () => OpenClawConfig;
  /** The gateway's environment; commands get little of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly sessions: CommandSessions;
}

const always = {
  command: text(),
  workdir: maybe(text()),
  env: maybe(Type.Object({}, { additionalProperties: Type.String() })),
  timeoutSeconds: maybe(number("default 1800, 0 none")),
  pty: maybe(flag()),
  title: maybe(text("what it does, in short")),
};
const inBackground = {
  yieldMs: maybe(number("wait, then background; default 10000")),
  background: maybe(flag()),
};

/** What both forms of the tool take; where a command runs is not the model's choice. */
interface ExecArgs {
  readonly command: string;
  readonly workdir?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  readonly pty?: boolean;
  readonly yieldMs?: number;
  readonly background?: boolean;
  readonly [other: string]: unknown;
}

const common = { name: "exec", label: "Exec", scope: "owner" } as const;

/** `exec`: a line of shell on the gateway's machine, for the owner. */
export function execTool(deps: ExecDeps): Tool {
  return defineTool({
    ...common,
    description: "Run a shell command. Long ones go on in the background; see process.",
    parameters: parameters({ ...always, ...inBackground }),
    run: (args, context) => exec(deps, args, context),
  });
}

/** The same for turns without `process`, which could not see a command in the background: it waits to the end. */
export function waitingExecTool(deps: ExecDeps): Tool {
  return defineTool({
    ...common,
    description: "Run a shell command and wait for its end.",
    parameters: parameters(always),
    run: (args, context) => exec(deps, { ...args, yieldMs: undefined, background: false }, context, true),
  });
}

async function exec(
  deps: ExecDeps,
  args: ExecArgs,
  context: ToolContext,
  waits = false,
): Promise<ToolResult> {
  const settings = execConfig(deps.config(), context.agentId);
  assertAllowed(deps.config(), args, context.agentId);
  const cwd = await folderOf(args.workdir, context.cwd);
  const terminal = args.pty === true;
  const env = commandEnv({
    source: deps.env,
    pathPrepend: settings.pathPrepend ?? [],
    extra: args.env ?? {},
    sender: context.sender,
    terminal,
  });
  const shell = shellFor(env);
  const seconds = args.timeoutSeconds ?? settings.timeoutSeconds ?? EXEC_TIMEOUT_SECONDS;
  context.signal.throwIfAborted();
  const command = await deps.sessions.start(
    {
      agentId: context.agentId,
      sessionKey: context.sessionKey,
      command: args.command,
      cwd,
      keepMs: settings.cleanupMs ?? EXEC_CLEANUP_MS,
      notify: settings.notifyOnExit ?? true,
    },
    {
      program: shell.program,
      args: [...shell.args, args.command],
      env,
      cwd,
      // Whoever reads from a pipe that nobody writes to waits for ever.
      input: terminal ? "terminal" : args.background === true ? "pipe" : "none",
      timeoutMs: seconds * 1_000,
    },
  );
  const patience = waits ? undefined : patienceOf(args, settings.backgroundMs);
  return await watch(command, patience, context, deps.clock);
}

/** How long the call stays with the command, in ms. */
function patienceOf(args: ExecArgs, configured = EXEC_YIELD_MS): number {
  return args.background === true ? 0 : Math.min(args.yieldMs || configured, EXEC_MAX_YIELD_MS);
}

/** Stays with a command to its end, or for `patienceMs`; an abort ends it. */
async function watch(
  command: RunningCommand,
  patienceMs: number | undefined,
  context: ToolContext,
  clock: Clock,
): Promise<ToolResult> {
  const ended = command.process?.ended;
  const aborted = Promise.withResolvers<"aborted">();
  const onAbort = () => aborted.resolve("aborted");
  context.signal.addEventListener("abort", onAbort, { once: true });
  if (context.signal.aborted) onAbort();
  const yielded = Promise.withResolvers<"yielded">();
  const goOn = () => yielded.resolve("yielded");
  if (patienceMs === 0) goOn();
  const timer = patienceMs === undefined ? undefined : clock.after(patienceMs, goOn);
  const stopShowing = show(command, context, clock);
  try {
    const what = await Promise.race([ended, aborted.promise, yielded.promise]);
    if (what === "aborted") {
      await command.process?.stop();
      context.signal.throwIfAborted();
    }
    if (what !== "yielded") return endedResult(command);
    command.backgrounded = true;
    return backgroundResult(command);
  } finally {
    timer?.cancel();
    stopShowing();
    context.signal.removeEventListener("abort", onAbort);
  }
}

/** Shows the end of the output as it grows, not more often than anybody reads. */
function show(command: RunningCommand, context: ToolContext, clock: Clock): () => void {
  let timer: Timer | undefined;
  let more = false;
  const tell = () => {
    context.update(progress(command));
    timer = clock.after(EXEC_UPDATE_MS, () => {
      timer = undefined;
      if (more) tell();
      more = false;
    });
  };
  command.listen(() => {
    if (timer) more = true;
    else tell();
  });
  return () => {
    timer?.cancel();
    command.listen(() => undefined);
  };
}

function assertAllowed(config: OpenClawConfig, args: ExecArgs, agentId: string): void {
  const refusal = modeRefusal(execMode(config, agentId));
  if (refusal !== undefined) throw new ToolInputError(refusal);
  if (args.command.trim() === "") throw new ToolInputError("command required");
  for (const host of [args["host"], execConfig(config, agentId).host]) {
    if (host === "sandbox" || host === "node") {
      throw new ToolInputError(
        `commands cannot run in host=${host}: this version runs them on the gateway only`,
      );
    }
  }
  if (args["ask"] === "always" || args["ask"] === "on-miss") {
    throw new ToolInputError("nobody can be asked: this version has no approvals yet");
  }
  if (/^\s*\/approve\b/.test(args.command)) {
    throw new ToolInputError("/approve is a chat command of people, not a program");
  }
  if (/\bopenclaw\b/.test(args.command) && /\bchannels\s+login\b/.test(args.command)) {
    throw new ToolInputError("openclaw channels login needs a person at a terminal of the gateway's machine");
  }
}

async function folderOf(workdir: string | undefined, cwd: string): Promise<string> {
  const folder = workdir ? resolve(cwd, workdir) : cwd;
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new ToolInputError(`workdir is no folder: ${folder}`);
  return folder;
}

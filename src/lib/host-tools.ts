import { childEnv, findProgram, type ProgramRequest, type ProgramResult, runProgram } from "./spawn/index.ts";
import type { RunTool } from "./port-owner.ts";

/** Time a system tool such as `lsof` has to answer. */
const TOOL_TIMEOUT_MS = 5_000;

/** Output kept of a system tool. */
const TOOL_MAX_OUTPUT_BYTES = 1024 * 1024;

/** What system tools may know of the environment. */
const TOOL_ENV = ["PATH", "HOME", "USER", "LANG", "SystemRoot"] as const;

/** What a tool said; when it had no time to say it all, `timedOut` is set. */
export interface ToolAnswer {
  readonly stdout: string;
  readonly exitCode: number;
  readonly timedOut: boolean;
}

/** Programs of this machine that may be asked. */
export interface HostTools {
  readonly run: (...question: Parameters<RunTool>) => Promise<ToolAnswer | undefined>;
  /** Standard output of a program that has to succeed. */
  readonly output: (argv: readonly string[], options: { timeoutMs: number }) => Promise<string>;
}

/** Runs tools, by `runProgram` unless told, with the few of these `variables` that they may know. */
export function hostTools(
  variables: Readonly<Record<string, string>>,
  runTool: (request: ProgramRequest) => Promise<ProgramResult> = runProgram,
): HostTools {
  const allowed = childEnv(variables, TOOL_ENV);
  const run = async (command: string, args: readonly string[], timeoutMs: number) => {
    const found = findProgram(command, allowed["PATH"] ?? "");
    if (found === undefined) return undefined;
    const result = await runTool({
      command: found,
      args,
      env: allowed,
      timeoutMs,
      maxOutputBytes: TOOL_MAX_OUTPUT_BYTES,
    });
    return {
      stdout: result.stdout || result.stderr,
      exitCode: result.exitCode ?? -1,
      timedOut: result.end === "timeout",
    };
  };
  return {
    run: (command, args) => run(command, args, TOOL_TIMEOUT_MS),
    async output([command = "", ...args], { timeoutMs }) {
      const result = await run(command, args, timeoutMs);
      if (!result) throw new Error(`${command} was not found`);
      if (result.exitCode !== 0) throw new Error(`${command} failed with exit code ${result.exitCode}`);
      return result.stdout;
    },
  };
}

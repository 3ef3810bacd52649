import { programPath } from "./find-program.ts";
import type { ProgramRequest } from "./program.ts";

/** A small question to a program of the operating system. */
export interface ProgramQuestion extends Pick<ProgramRequest, "command" | "args" | "env"> {
  /** Longest run in ms; this thread waits. */
  readonly timeoutMs: number;
}

/** Most bytes an answer to a `ProgramQuestion` may have: it is a line or two. */
const MAX_ANSWER_BYTES = 65_536;

/**
 * The standard output of a program, for the rare place that cannot wait asynchronously. `undefined` when it is not there,
 * fails, says too much or takes too long.
 */
export function readProgram({ command, args = [], env, timeoutMs }: ProgramQuestion): string | undefined {
  try {
    const { success, stdout } = Bun.spawnSync([programPath(command, env), ...args], {
      env: { ...env },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "ignore",
      timeout: timeoutMs,
      maxBuffer: MAX_ANSWER_BYTES,
      windowsHide: true,
    });
    return success ? stdout.toString("utf8") : undefined;
  } catch {
    // Not installed.
    return undefined;
  }
}

import { type Clock, inTime, systemClock } from "../clock.ts";
import type { ChildRequest } from "./child.ts";
import type { ChildInput } from "./child-input.ts";
import { endGroup, groupExists } from "./group.ts";

/** A command that may run for long, be watched and be talked to. */
export interface CommandRequest extends ChildRequest {
  /** Longest life in ms; 0 for none. */
  readonly timeoutMs: number;
  readonly clock?: Clock;
}

/** `exit`: by itself; `signal`: somebody else's signal; the others say who ended it here. */
export type CommandEndReason = "exit" | "signal" | "overall-timeout" | "manual-cancel";

export interface CommandEnd {
  readonly reason: CommandEndReason;
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly durationMs: number;
}

/** A command that was started. */
export interface Command {
  readonly pid: number;
  /** Settles when the program is gone, its output is read, and everything it left running was ended. Never rejects. */
  readonly ended: Promise<CommandEnd>;
  readonly input: ChildInput;
  /** Ends it with everything it started, within `STOP_GRACE_MS` and a moment. Safe to call twice. */
  stop(reason?: CommandEndReason): Promise<void>;
}

/** What a command may still do after it was asked to end; with the kill that follows, well below 200 ms. */
export const STOP_GRACE_MS = 75;

/** How long output may stay open after the program is gone, held by what it left running. */
const DRAIN_MS = 200;

/** Starts a command as the leader of a process group. Rejects when it cannot be started. */
export async function startCommand(request: CommandRequest): Promise<Command> {
  // A gateway that runs no command does without what this needs of the C library.
  const { startChild } = await import("./child.ts");
  const clock = request.clock ?? systemClock;
  const startedAt = clock.monotonic();
  const child = startChild(request);
  const { pid } = child.process;
  let ending: CommandEndReason | undefined;
  let stopping: Promise<void> | undefined;

  const stop = (reason: CommandEndReason = "manual-cancel"): Promise<void> => {
    ending ??= reason;
    stopping ??= endGroup(pid, STOP_GRACE_MS, clock);
    return stopping;
  };
  const { timeoutMs } = request;
  const limit = timeoutMs > 0 ? clock.after(timeoutMs, () => void stop("overall-timeout")) : undefined;

  const finish = async (): Promise<CommandEnd> => {
    await child.process.exited;
    limit?.cancel();
    await inTime(clock, DRAIN_MS, child.drained, undefined);
    // What was put into the background with & ends with its command.
    if (groupExists(pid)) stopping ??= endGroup(pid, STOP_GRACE_MS, clock);
    await stopping;
    child.release();
    const { exitCode, signalCode } = child.process;
    return {
      reason: ending ?? (signalCode === null ? "exit" : "signal"),
      exitCode: signalCode === null ? exitCode : null,
      signal: signalCode === null ? null : String(signalCode),
      durationMs: Math.round(clock.monotonic() - startedAt),
    };
  };
  return {
    pid,
    ended: finish(),
    input: child.input,
    stop,
  };
}

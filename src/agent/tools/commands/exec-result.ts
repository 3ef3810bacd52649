import { textResult } from "../define.ts";
import type { ToolResult } from "../tool.ts";
import type { RunningCommand } from "./running-command.ts";

/** Exit codes by which shells say that there is nothing to run. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;

/** What is shown while a command runs. */
export function progress(command: RunningCommand): ToolResult {
  const { tail } = command;
  return textResult(tail, runningDetails(command, tail));
}

/** The answer of a command that goes on in the background. */
export function backgroundResult(command: RunningCommand): ToolResult {
  const { tail, pid } = command;
  const { id } = command.facts;
  const said = tail.trim() === "" ? "" : `\n\nSo far:\n${tail.trim()}`;
  const follow = `See it with process action=poll sessionId=${id}; end it with action=kill.`;
  return textResult(`Still running in the background (session ${id}, pid ${pid}). ${follow}${said}`, {
    ...runningDetails(command, tail),
  });
}

function runningDetails(command: RunningCommand, tail: string) {
  const { facts, pid, startedAt } = command;
  return { status: "running", sessionId: facts.id, pid, startedAt, cwd: facts.cwd, tail };
}

/** How a command ended, in words; undefined when all went well. */
export function endWords(command: RunningCommand): string | undefined {
  const { end } = command;
  if (!end) return undefined;
  switch (end.reason) {
    case "overall-timeout":
      return (
        `Timed out after ${Math.round(end.durationMs / 1000)} s and was ended. ` +
        "Part of its work may be done: look before you run it again. For what takes longer set timeoutSeconds or background."
      );
    case "manual-cancel":
      return "Ended on request.";
    case "signal":
      return `Ended by ${end.signal}.`;
    case "exit":
      return exitWords(end.exitCode);
  }
}

function exitWords(code: number | null): string | undefined {
  if (code === 0) return undefined;
  if (code === NOT_FOUND) return "Command not found (exit code 127)";
  if (code === NOT_EXECUTABLE) return "Command not executable (exit code 126)";
  return `(Command exited with code ${code})`;
}

/** True when the command itself could not do its work: an exit code of its own is an answer. */
export function hasFailed({ end }: RunningCommand): boolean {
  if (!end || end.reason === "manual-cancel") return false;
  return end.reason !== "exit" || end.exitCode === NOT_FOUND || end.exitCode === NOT_EXECUTABLE;
}

/** The answer of a command that has ended. */
export function endedResult(command: RunningCommand): ToolResult {
  const words = endWords(command);
  const output = command.text || "(no output)";
  const text = words === undefined ? output : `${output}\n\n${words}`;
  return { ...textResult(text, endedDetails(command)), ...(hasFailed(command) && { isError: true }) };
}

/** What clients see of a command that has ended. */
export function endedDetails(command: RunningCommand) {
  const { end } = command;
  return {
    status: hasFailed(command) ? "failed" : "completed",
    exitCode: end?.exitCode ?? null,
    exitSignal: end?.signal ?? null,
    exitReason: end?.reason,
    durationMs: end?.durationMs,
    aggregated: command.text,
    noOutputTimedOut: false,
    ...(end?.reason === "overall-timeout" && { timedOut: true }),
    cwd: command.facts.cwd,
  };
}

import type { Clock } from "../../../lib/clock.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import { LOG_LINES, POLL_MAX_MS } from "../limits.ts";
import { flag, maybe, number, parameters, text, word } from "../parameters.ts";
import type { Tool, ToolResult } from "../tool.ts";
import type { CommandSessions } from "./command-sessions.ts";
import { endedDetails, endWords, hasFailed } from "./exec-result.ts";
import type { RunningCommand } from "./running-command.ts";

const ACTIONS = ["list", "poll", "log", "write", "kill", "clear", "remove"];

interface ProcessDeps {
  readonly sessions: CommandSessions;
  readonly clock: Clock;
}

/** `process`: the commands an agent has in the background. */
export function processTool({ sessions, clock }: ProcessDeps): Tool {
  return defineTool({
    name: "process",
    label: "Process",
    description: "See and steer background exec sessions.",
    scope: "owner",
    parameters: parameters({
      action: word(ACTIONS),
      sessionId: maybe(text()),
      data: maybe(text("for write")),
      eof: maybe(flag("close input after write")),
      offset: maybe(number("log line, from 0")),
      limit: maybe(number()),
      timeout: maybe(number("poll: ms to wait, max 30000")),
    }),
    async run({ action, sessionId = "", data = "", eof, offset, limit, timeout = 0 }, { agentId, signal }) {
      if (action === "list") return list(sessions.list(agentId));
      if (sessionId.trim() === "") throw new ToolInputError("sessionId required");
      const command = sessions.find(agentId, sessionId);
      if (!command) throw new ToolInputError(`no session ${sessionId}; action=list shows those there are`);
      switch (action) {
        case "poll":
          await news(command, Math.min(timeout, POLL_MAX_MS), signal, clock);
          return poll(command);
        case "log":
          return log(command, offset, limit);
        case "write":
          return await write(command, data, eof === true);
        case "kill":
          return await kill(command);
        case "clear":
          if (!command.end) throw new ToolInputError(`session ${sessionId} is running; kill or remove it`);
          sessions.forget(command);
          return textResult(`Forgot session ${sessionId}.`, { status: "completed" });
        default:
          await command.process?.stop();
          sessions.forget(command);
          return textResult(`Removed session ${sessionId}.`, { status: "completed" });
      }
    },
  });
}

function list(commands: readonly RunningCommand[]): ToolResult {
  const lines = commands.map((command) => {
    const { id, command: line } = command.facts;
    const seconds = Math.round(command.runtimeMs / 1000);
    const waits = command.waitsForInput ? " [waits for input]" : "";
    return `${id} ${statusOf(command)} ${seconds}s${waits} :: ${line.replaceAll(/\s+/g, " ").slice(0, 120)}`;
  });
  return textResult(lines.join("\n") || "No background sessions.", {
    status: "completed",
    sessions: commands.map((command) => ({ ...facts(command), tail: command.tail })),
  });
}

/** Waits until there is something to tell. */
async function news(
  command: RunningCommand,
  waitMs: number,
  signal: AbortSignal,
  clock: Clock,
): Promise<void> {
  if (waitMs <= 0 || command.end || command.hasNews) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(waitMs, resolve);
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  command.listen(resolve);
  void command.process?.ended.then(() => resolve());
  await promise;
  timer.cancel();
  command.listen(() => undefined);
  signal.removeEventListener("abort", onAbort);
  signal.throwIfAborted();
}

function poll(command: RunningCommand): ToolResult {
  const { text: said, lost } = command.takeNews();
  const gone = lost > 0 ? `[${lost} characters before this are gone]\n` : "";
  const output = gone + (said || (command.end ? "(no new output)" : "(no new output yet)"));
  if (!command.end) {
    const hint = command.waitsForInput ? "It may be waiting for input (action=write)." : "Still running.";
    return textResult(`${output}\n\n${hint}`, { ...facts(command), aggregated: command.text });
  }
  command.endSeen = true;
  const how = endWords(command) ?? "Done, exit code 0.";
  const details = { ...facts(command), ...endedDetails(command) };
  return { ...textResult(`${output}\n\n${how}`, details), ...(hasFailed(command) && { isError: true }) };
}

function log(command: RunningCommand, offset: number | undefined, limit: number | undefined): ToolResult {
  const lines = command.text === "" ? [] : command.text.split("\n");
  const total = lines.length;
  const asked = offset !== undefined || limit !== undefined;
  const from = asked
    ? Math.floor(offset ?? Math.max(0, total - (limit ?? total)))
    : Math.max(0, total - LOG_LINES);
  const shown = lines.slice(from, limit === undefined ? undefined : from + Math.floor(limit));
  const range = shown.length === total ? "" : `\n\n[lines ${from} to ${from + shown.length - 1} of ${total}]`;
  const output = (shown.join("\n") || "(no output)") + range;
  return textResult(output, { ...facts(command), totalLines: total, truncated: command.output.dropped > 0 });
}

async function write(command: RunningCommand, data: string, eof: boolean): Promise<ToolResult> {
  const input = command.process?.input;
  const { id } = command.facts;
  if (command.end || input?.isOpen !== true) {
    throw new ToolInputError(`session ${id} takes no input; start it with background or pty to write to it`);
  }
  await input.write(data);
  if (eof) await input.close();
  return textResult(`Wrote ${Buffer.byteLength(data)} bytes to ${id}${eof ? " and closed its input" : ""}.`, {
    ...facts(command),
  });
}

async function kill(command: RunningCommand): Promise<ToolResult> {
  const { id } = command.facts;
  if (command.end) throw new ToolInputError(`session ${id} has ended already`);
  await command.process?.stop();
  await command.process?.ended;
  command.endSeen = true;
  return textResult(`Ended session ${id}.`, facts(command));
}

function statusOf({ end }: RunningCommand): "running" | "completed" | "failed" | "killed" {
  if (!end) return "running";
  if (end.reason === "manual-cancel") return "killed";
  return end.reason === "exit" ? "completed" : "failed";
}

function facts(command: RunningCommand) {
  const { facts: known, pid, end, startedAt, runtimeMs } = command;
  return {
    sessionId: known.id,
    status: statusOf(command),
    command: known.command,
    cwd: known.cwd,
    startedAt,
    runtimeMs,
    ...(end
      ? { exitCode: end.exitCode, exitSignal: end.signal, exitReason: end.reason, endedAt: end.at }
      : {
          pid,
          stdinWritable: command.process?.input.isOpen === true,
          waitingForInput: command.waitsForInput,
        }),
  };
}

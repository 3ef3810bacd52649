import { stripVTControlCharacters } from "node:util";
import type { Service, ServiceMachine, ServiceRuntime } from "../contract.ts";
import { lastLogError } from "../../gateway/last-error.ts";
import type { Session } from "../../session.ts";
import { logFileOf } from "../../top/log-file.ts";
import { shellPath } from "../../words.ts";

/** Lines of the supervisor's log that are shown; the cause of an end is the last thing said. */
const SHOWN_LINES = 5;

/** How much of the end of a file is read for them. */
const READ_BYTES = 16_384;

/** The journal is a help, not the answer. */
const JOURNAL_TIMEOUT_MS = 700;

/** Longest line that is shown. */
const MAX_LINE_CHARS = 300;

/** What a gateway that does not answer said last. */
export interface LastWords {
  /** The newest error in its log; `undefined` when there is none, or none since `sinceMs`. */
  readonly error: string | undefined;
  /** The end of what the supervisor kept of its output. */
  readonly output: readonly string[];
}

/** Which service it is, and where its supervisor keeps what it prints. */
export type SupervisorLog = Pick<Service["identity"], "kind" | "name" | "outputPath">;

/** Looks for the cause in the log of the gateway and in the supervisor's. `gateway` sees the gateway's own folders. */
export async function lastWords(
  gateway: Session,
  machine: ServiceMachine,
  service: SupervisorLog,
  sinceMs = 0,
): Promise<LastWords> {
  const [error, output] = await Promise.all([
    lastLogError(gateway),
    supervisorOutput(machine, service, sinceMs),
  ]);
  const recent = error?.line.time !== undefined && Date.parse(error.line.time) >= sinceMs;
  return { error: recent ? error.text : undefined, output };
}

/** The commands that show more, the nearest first. */
export function logCommands(session: Session, { kind, name, outputPath }: SupervisorLog): string[] {
  const file = logFileOf(session);
  const own = kind === "schtasks" ? `Get-Content -Tail 50 "${file}"` : tailOf(file, session);
  switch (kind) {
    case "systemd":
      return [`journalctl --user -u ${name} -n 50 --no-pager`, own];
    case "launchd":
      return [...(outputPath === undefined ? [] : [tailOf(outputPath, session)]), own];
    case "schtasks":
      return [own];
  }
}

function tailOf(file: string, { paths }: Session): string {
  return `tail -n 50 ${shellPath(file, paths.home)}`;
}

/** `state active, sub running, last exit 0, reason 0`, as far as it is known. */
export function runtimeDetails(runtime: ServiceRuntime): string[] {
  return [
    ...(runtime.pid === undefined ? [] : [`pid ${runtime.pid}`]),
    ...(runtime.state === undefined ? [] : [`state ${runtime.state}`]),
    ...(runtime.subState === undefined ? [] : [`sub ${runtime.subState}`]),
    ...(runtime.lastExitStatus === undefined ? [] : [`last exit ${runtime.lastExitStatus}`]),
    ...(runtime.lastExitReason === undefined ? [] : [`reason ${runtime.lastExitReason}`]),
  ];
}

async function supervisorOutput(
  machine: ServiceMachine,
  { kind, name, outputPath }: SupervisorLog,
  sinceMs: number,
): Promise<string[]> {
  switch (kind) {
    case "systemd":
      return journalOf(machine, name, sinceMs);
    case "launchd":
      return outputPath === undefined ? [] : endOfFile(outputPath, sinceMs);
    case "schtasks":
      // The Task Scheduler keeps nothing of what its programs print.
      return [];
  }
}

async function journalOf(machine: ServiceMachine, unit: string, sinceMs: number): Promise<string[]> {
  const since = sinceMs === 0 ? [] : [`--since=@${Math.floor(sinceMs / 1_000)}`];
  const args = ["--user", "-u", unit, "-n", String(SHOWN_LINES), "--no-pager", "-q", "-o", "cat", ...since];
  const answer = await machine.run("journalctl", args, { timeoutMs: JOURNAL_TIMEOUT_MS });
  return answer === undefined || answer.exitCode !== 0 ? [] : shownLines(answer.stdout);
}

/** The last lines of a file that was written to since then. */
async function endOfFile(path: string, sinceMs: number): Promise<string[]> {
  const file = Bun.file(path);
  if (!(await file.exists()) || file.lastModified < sinceMs) return [];
  return shownLines(await file.slice(Math.max(0, file.size - READ_BYTES)).text());
}

function shownLines(text: string): string[] {
  const lines = text
    .split("\n")
    .map((line) => stripVTControlCharacters(line).trim().slice(0, MAX_LINE_CHARS));
  return lines.filter((line) => line !== "").slice(-SHOWN_LINES);
}

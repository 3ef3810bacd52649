import { stripVTControlCharacters } from "node:util";
import type { ServiceKind, ServiceMachine, ServiceRuntime } from "../contract.ts";
import { displayPath } from "../../../config/index.ts";
import { lastLogError } from "../../gateway/last-error.ts";
import type { Session } from "../../session.ts";
import { logFileOf } from "../../top/log-file.ts";
import { join } from "node:path";

/** Lines of the journal that are shown; the cause of an end is the last thing said. */
const JOURNAL_LINES = 5;

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

/** Looks for the cause in the log of the gateway and in the supervisor's. `gateway` sees the gateway's own folders. */
export async function lastWords(
  gateway: Session,
  machine: ServiceMachine,
  service: { readonly kind: ServiceKind; readonly name: string },
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
export function logCommands(
  session: Session,
  { kind, name }: { readonly kind: ServiceKind; readonly name: string },
): string[] {
  const file = displayPath(logFileOf(session), session.paths.home);
  const own = kind === "schtasks" ? `Get-Content -Tail 50 "${logFileOf(session)}"` : `tail -n 50 ${file}`;
  switch (kind) {
    case "systemd":
      return [`journalctl --user -u ${name} -n 50 --no-pager`, own];
    case "launchd":
      return [`tail -n 50 ${displayPath(launchdLog(session), session.paths.home)}`, own];
    case "schtasks":
      return [own];
  }
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
  { kind, name }: { readonly kind: ServiceKind; readonly name: string },
  sinceMs: number,
): Promise<string[]> {
  if (kind !== "systemd") return [];
  const since = sinceMs === 0 ? [] : [`--since=@${Math.floor(sinceMs / 1_000)}`];
  const args = ["--user", "-u", name, "-n", String(JOURNAL_LINES), "--no-pager", "-q", "-o", "cat", ...since];
  const answer = await machine.run("journalctl", args, { timeoutMs: JOURNAL_TIMEOUT_MS });
  if (answer === undefined || answer.exitCode !== 0) return [];
  return answer.stdout
    .split("\n")
    .map((line) => stripVTControlCharacters(line).trim().slice(0, MAX_LINE_CHARS))
    .filter((line) => line !== "");
}

function launchdLog({ env, profile }: Session): string {
  const home = env.raw["HOME"] ?? env.system.accountHome;
  return join(
    home,
    "Library",
    "Logs",
    "openclaw",
    `gateway${profile === undefined ? "" : `-${profile}`}.log`,
  );
}

import type { ServiceRuntime } from "../service.ts";

/** What is asked of a unit; the names are systemd's. */
export const PROPERTIES: readonly string[] = [
  "Id",
  "LoadState",
  "ActiveState",
  "SubState",
  "Result",
  "NRestarts",
  "MainPID",
  "ExecMainStatus",
  "ExecMainCode",
  "KillMode",
  "FragmentPath",
  "DropInPaths",
  "StartLimitBurst",
  "StatusText",
  "NeedDaemonReload",
];

/** `si_code` of a child's end, as `ExecMainCode` gives it. */
const END_CODES: Readonly<Record<string, string>> = { "1": "exited", "2": "killed", "3": "dumped" };

/** States in which somebody is at work, whether or not its process is known yet. */
const AT_WORK: readonly string[] = ["active", "reloading"];

/** The way by which `systemctl --user` reaches the user's systemd, and its address in the form of D-Bus. */
export interface Transport {
  readonly kind: "private" | "session-bus" | "runtime-bus";
  readonly address: string;
}

/** Translates `systemctl show`. */
export function runtimeOf(
  properties: Readonly<Record<string, string>>,
  scope: "user" | "system" = "user",
  transport?: Transport,
): ServiceRuntime {
  const { ActiveState: state, SubState: subState, Result: result } = properties;
  const pid = whole(properties["MainPID"]);
  const lastExitStatus = whole(properties["ExecMainStatus"]);
  const running = (pid !== undefined && pid > 0) || AT_WORK.includes(state ?? "");
  const end = properties["ExecMainCode"];
  return {
    status: running ? "running" : "stopped",
    ...(state !== undefined && { state }),
    ...(subState !== undefined && { subState }),
    ...(pid !== undefined && pid > 0 && { pid }),
    ...(lastExitStatus !== undefined && { lastExitStatus }),
    ...(end !== undefined && { lastExitReason: endReason(result, end) }),
    ...(properties["LoadState"] === "not-found" && { missingUnit: true }),
    details: {
      systemd: defined({
        scope,
        unit: properties["Id"],
        killMode: properties["KillMode"]?.toLowerCase(),
        result,
        nRestarts: whole(properties["NRestarts"]),
        startLimitBurst: whole(properties["StartLimitBurst"]),
        statusText: properties["StatusText"] || undefined,
        needsReload: properties["NeedDaemonReload"] === "yes" || undefined,
        transport,
      }),
    },
  };
}

/** A result such as `watchdog` or `oom-kill` says more than how the process ended. */
function endReason(result: string | undefined, code: string): string {
  const named = result !== undefined && !["success", "exit-code", "signal", "core-dump"].includes(result);
  return named ? result : (END_CODES[code] ?? code);
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

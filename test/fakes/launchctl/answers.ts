import type { LoadedJob, Run } from "./job.ts";

/** The answer to `launchctl print gui/501/<label>`, as macOS 15 gives it. */
export function printedJob(job: LoadedJob, run: Run | undefined): string {
  const lastExit = run?.lastExitCode ?? null;
  const lastSignal = run?.lastSignal ?? null;
  const pid = run?.pid ?? null;
  const lines = [
    `${job.target} = {`,
    `\tactive count = ${pid === null ? 0 : 1}`,
    `\tpath = ${job.plistPath}`,
    "\ttype = LaunchAgent",
    `\tstate = ${run?.state ?? "waiting"}`,
    "",
    `\tprogram = ${job.programArguments[0]}`,
    "\targuments = {",
    ...job.programArguments.map((arg) => `\t\t${arg}`),
    "\t}",
    "",
    `\tworking directory = ${job.workingDirectory}`,
    "",
    "\tstdin path = /dev/null",
    `\tstdout path = ${job.outPath}`,
    `\tstderr path = ${job.outPath}`,
    "\tinherited environment = {",
    "\t\tSSH_AUTH_SOCK => /private/tmp/com.apple.launchd.X/Listeners",
    "\t}",
    "",
    "\tdefault environment = {",
    "\t\tPATH => /usr/bin:/bin:/usr/sbin:/sbin",
    "\t}",
    "",
    "\tenvironment = {",
    ...Object.entries(job.environment).map(([name, value]) => `\t\t${name} => ${value}`),
    `\t\tXPC_SERVICE_NAME => ${job.label}`,
    "\t}",
    "",
    "\tdomain = gui/501 [100005]",
    "\tasid = 100005",
    "\tminimum runtime = 10",
    `\texit timeout = ${job.exitTimeoutMs / 1_000}`,
    `\truns = ${run?.runs ?? 0}`,
    ...(pid === null ? [] : [`\tpid = ${pid}`, "\timmediate reason = speculative", "\tforks = 0"]),
    ...(lastSignal === null ? [] : [`\tlast terminating signal = ${SIGNALS[lastSignal] ?? lastSignal}`]),
    lastExit === null
      ? "\tlast exit code = (never exited)"
      : `\tlast exit code = ${EXITS[lastExit] ?? lastExit}`,
    "",
    "\tspawn type = interactive (4)",
    "\tjetsam priority = 40",
    "\tresource coalition = {",
    "\t\tID = 1013",
    "\t\ttype = resource",
    "\t\tstate = active",
    "\t}",
    "",
    "\tproperties = keepalive | runatload | inferred program",
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** The answer to `launchctl print-disabled gui/501`. */
export function printedDisabled(disabled: Readonly<Record<string, boolean>>): string {
  const rows = Object.entries({ "com.apple.ManagedClientAgent.enrollagent": true, ...disabled });
  return [
    "disabled services = {",
    ...rows.map(([label, off]) => `\t\t"${label}" => ${off ? "disabled" : "enabled"}`),
    "\t}",
    "login item associations = {",
    "\t}",
    "",
  ].join("\n");
}

/** Exit codes and words of refusals. */
export const REFUSALS = {
  noService: (label: string) => [
    113,
    `Bad request.\nCould not find service "${label}" in domain for user gui: 501`,
  ],
  noProcess: () => [3, "Boot-out failed: 3: No such process"],
  noDomain: (domain: string) => [112, `Bad request.\nCould not find domain for ${domain}`],
  noAction: () => [125, "Bootstrap failed: 125: Domain does not support specified action"],
  ioError: () => [
    5,
    "Bootstrap failed: 5: Input/output error\nTry re-running the command as root for richer errors.",
  ],
  bootoutProgress: () => [36, "Boot-out failed: 36: Operation now in progress"],
  bootstrapProgress: () => [37, "Bootstrap failed: 37: Operation already in progress"],
  disabled: () => [119, "Bootstrap failed: 119: Service is disabled"],
} as const satisfies Record<string, (...args: string[]) => readonly [number, string]>;

const SIGNALS: Readonly<Record<string, string>> = { SIGKILL: "Killed: 9", SIGTERM: "Terminated: 15" };

const EXITS: Readonly<Record<number, string>> = { 78: "78: EX_CONFIG" };

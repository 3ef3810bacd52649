/** A directive that every unit of ours has, whatever gateway it runs. */
export interface FixedDirective {
  readonly section: "Unit" | "Service" | "Install";
  readonly key: string;
  readonly value: string;
  /** Why it is there, and why with this value. */
  readonly reason: string;
}

// What protects a service by taking rights away needs rights that a user's systemd does not have, or sets
// `NoNewPrivileges`, with which `sudo`, `ping` and rootless containers no longer work for the programs an agent runs:
// ProtectSystem, ProtectHome, PrivateTmp, PrivateDevices, SystemCallFilter, RestrictAddressFamilies, LockPersonality and
// all of their kind. MemoryDenyWriteExecute ends every JavaScript engine. What remains stands here.

// No MemoryHigh and no MemoryMax: they count the whole group, so a build that an agent started would slow down or end the
// gateway. It watches its own memory, and ends with a code that Restart= answers.

/** Our policy for units, in the order they are written. */
export const FIXED_DIRECTIVES: readonly FixedDirective[] = [
  ...section("Unit", [
    ["After", "network-online.target", "channels connect at the start"],
    ["Wants", "network-online.target", "nothing else would wait for the network"],
    ["StartLimitBurst", "10", "a gateway that cannot start is left alone after ten tries …"],
    ["StartLimitIntervalSec", "300", "… in five minutes, each of which takes the start and RestartSec"],
  ]),
  ...section("Service", [
    ["Type", "notify", "`start` succeeds when the gateway serves, and not before"],
    ["NotifyAccess", "main", "no program of an agent can vouch for the gateway"],
    [
      "WatchdogSec",
      "30",
      "the longest honest pause of the event loop is below a second; clients give up at 60",
    ],
    ["WatchdogSignal", "SIGKILL", "a hung loop handles no signal, and a core dump would hold secrets"],
    ["Restart", "always", "the gateway is to run, however it ended"],
    ["RestartSec", "5", "a port or a lock may take a moment to be free"],
    ["RestartPreventExitStatus", "78", "a configuration that forbids the start does so again"],
    ["SuccessExitStatus", "0 143", "ended by SIGTERM before it listened for signals is no failure"],
    ["TimeoutStartSec", "30", "a start takes less than a second; a large migration some"],
    ["TimeoutStopSec", "30", "runs are drained for 15 s, then their programs are ended"],
    ["KillMode", "control-group", "no program that an agent started outlives the gateway"],
    ["OOMPolicy", "continue", "a program that took all memory must not take the gateway with it"],
    ["UMask", "0077", "what is written without a mode of its own is the user's alone"],
    ["LimitCORE", "0", "memory holds secrets; a dump of it would be a file with them"],
  ]),
  ...section("Install", [["WantedBy", "default.target", "started with the user's systemd"]]),
];

function section(
  name: FixedDirective["section"],
  rows: readonly (readonly [key: string, value: string, reason: string])[],
): FixedDirective[] {
  return rows.map(([key, value, reason]) => ({ section: name, key, value, reason }));
}

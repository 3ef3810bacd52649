import { statfs } from "node:fs/promises";
import { arch, cpus, freemem, hostname, loadavg, platform, release, totalmem } from "node:os";
import type { Clock } from "../../lib/clock.ts";
import { invalidRequest, status } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import { beaconOf, isBeaconText, noteOf } from "../state/beacon.ts";
import type { Presence } from "../state/presence.ts";
import type { SystemEvents } from "../state/system-events.ts";

export interface SystemDeps {
  readonly clock: Clock;
  readonly presence: Presence;
  readonly systemEvents: SystemEvents;
  readonly stateDir: string;
  readonly bootId: string;
  readonly startedAt: number;
  readonly port: () => number;
}

export function systemHandlers(deps: SystemDeps): BoundMethod[] {
  return [
    handle(status.systemPresence, () => deps.presence.list()),
    handle(status.systemEvent, (params) => {
      const beacon = beaconOf(params);
      if (beacon.text === "") throw invalidRequest("text required");
      const isBeacon = isBeaconText(beacon.text);
      if (isBeacon && params.wake) throw invalidRequest("wake is not supported for node presence events");
      const { before, after } = deps.presence.beacon(beacon);
      const note = isBeacon ? noteOf(before, after) : beacon.text;
      if (note !== undefined) deps.systemEvents.add(note);
      return { ok: true as const };
    }),
    handle(status.systemInfo, async () => {
      const disk = await statfs(deps.stateDir);
      const [one = 0, five = 0, fifteen = 0] = loadavg();
      const processors = cpus();
      return {
        machineName: hostname(),
        hostname: hostname(),
        platform: platform(),
        release: release(),
        arch: arch(),
        osLabel: `${platform()} ${release()}`,
        port: deps.port(),
        nodeVersion: `bun ${Bun.version}`,
        pid: process.pid,
        processInstanceId: deps.bootId,
        uptimeMs: Math.round(deps.clock.monotonic() - deps.startedAt),
        cpuCount: processors.length,
        cpuModel: processors[0]?.model ?? "unknown",
        loadAverage: [one, five, fifteen] as [number, number, number],
        memoryTotalBytes: totalmem(),
        memoryFreeBytes: freemem(),
        diskTotalBytes: disk.blocks * disk.bsize,
        diskAvailableBytes: disk.bavail * disk.bsize,
        diskPath: deps.stateDir,
      };
    }),
  ];
}

import { expect, test } from "bun:test";
import { commandEnv } from "../../../src/agent/tools/commands/command-env.ts";
import { findSupervisor } from "../../../src/gateway/start/supervisor.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { listenForDatagrams } from "../../lib/datagram-socket.ts";
import { ManualClock, tempHome } from "../../support/index.ts";

const WATCHDOG_USEC = "30000000";

async function supervised(extra: Record<string, string> = {}) {
  const home = await tempHome();
  const path = home.at("notify");
  const socket = listenForDatagrams(path);
  const clock = new ManualClock();
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  const supervisor = await findSupervisor({ raw: { NOTIFY_SOCKET: path, ...extra } }, clock, warn);
  return {
    clock,
    socket,
    supervisor,
    warnings,
    async [Symbol.asyncDispose]() {
      socket[Symbol.dispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

test("systemd hears of readiness, restart and stop", async () => {
  await using bed = await supervised();
  bed.supervisor.ready(silentLogger, "serving on port 18789");
  bed.supervisor.restarting();
  bed.supervisor.ready(silentLogger, "serving on port 18790");
  bed.supervisor.stopping();
  expect(bed.socket.received()).toEqual([
    "READY=1\nSTATUS=serving on port 18789",
    "RELOADING=1\nSTATUS=restarting in this process",
    "READY=1\nSTATUS=serving on port 18790",
    "STOPPING=1\nSTATUS=stopping",
  ]);
});

test("a watchdog gets four signs of life in its time, from readiness on", async () => {
  await using bed = await supervised({ WATCHDOG_USEC, WATCHDOG_PID: String(process.pid) });
  bed.clock.advance(30_000);
  expect(bed.socket.received()).toEqual([]);
  bed.supervisor.ready(silentLogger, "ready");
  bed.supervisor.restarting();
  bed.supervisor.ready(silentLogger, "ready");
  expect(bed.socket.received()).toHaveLength(3);
  bed.clock.advance(30_000);
  expect(bed.socket.received()).toEqual(Array.from({ length: 4 }, () => "WATCHDOG=1"));
});

test("a watchdog that watches another process, or none, gets no sign of life", async () => {
  const others: Record<string, string>[] = [
    { WATCHDOG_USEC, WATCHDOG_PID: "1" },
    { WATCHDOG_USEC: "0" },
    { WATCHDOG_USEC: "x" },
  ];
  for (const extra of others) {
    await using bed = await supervised(extra);
    bed.supervisor.ready(silentLogger, "ready");
    bed.clock.advance(60_000);
    expect(bed.socket.received()).toHaveLength(1);
  }
});

test("without systemd nobody is told anything and no C library is opened", async () => {
  const supervisor = await findSupervisor({ raw: {} }, new ManualClock(), () => expect.unreachable());
  supervisor.ready(silentLogger, "ready");
  supervisor.stopping();
});

test("a systemd that cannot be reached is named, and the gateway starts all the same", async () => {
  const warnings: string[] = [];
  const warn = (line: string) => void warnings.push(line);
  const supervisor = await findSupervisor({ raw: { NOTIFY_SOCKET: "vsock:1" } }, new ManualClock(), warn);
  supervisor.ready(silentLogger, "ready");
  expect(warnings).toEqual([
    "systemd cannot be told that the gateway is ready: NOTIFY_SOCKET is no Unix socket: vsock:1",
  ]);
});

test("a program of an agent gets no way to speak for the gateway", () => {
  const source = { PATH: "/usr/bin", NOTIFY_SOCKET: "/run/notify", WATCHDOG_USEC, WATCHDOG_PID: "1" };
  const sender = { id: "me", channel: "webchat", isOwner: true, isAuthorized: true, isAdmin: true };
  const env = commandEnv({ source, pathPrepend: [], extra: {}, sender, terminal: false });
  expect(Object.keys(env).filter((name) => /NOTIFY|WATCHDOG/.test(name))).toEqual([]);
});

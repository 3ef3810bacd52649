import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import {
  ended,
  freePort,
  openclawCommand,
  cleanEnv,
  spawnGateway,
  tempHome,
  until,
  within,
  WireClient,
} from "../../support/index.ts";
import { fakeTool } from "../program.ts";

const PORT_LINE = /listening on ws:/g;
const READY_LINE = /\bready\b/g;

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  test(`${signal} is a clean stop: exit 0, clients are told, nothing is left behind (seeds 3, 20, 226, 238)`, async () => {
    await using home = await tempHome();
    await using gateway = await spawnGateway({ home });
    await using operator = await gateway.operator();
    gateway.signal(signal);
    const { payload } = await operator.event("shutdown");
    expect(payload).toEqual({ reason: "gateway stopping" });
    expect(await operator.closed).toMatchObject({ code: 1012 });
    expect(await ended(gateway)).toBe(0);
    expect(gateway.output()).toContain(`received ${signal}; shutting down`);
    expect(gateway.output()).toMatch(/shutdown completed cleanly in \d+ms/);
    expect(gateway.output()).not.toMatch(/\b(error|fatal)\b/i);
    const left = [...readdirSync(home.path, { recursive: true })].map(String);
    expect(left.filter((name) => /\.lock|-wal$|-shm$|partial/.test(name))).toEqual([]);
  });
}

for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
  test(`${signal} restarts in the same process; clients hear when to come back (seeds 39, 226)`, async () => {
    await using gateway = await spawnGateway();
    await using operator = await gateway.operator();
    gateway.signal(signal);
    const { payload } = await operator.event("shutdown");
    expect(payload).toEqual({ reason: "gateway restarting", restartExpectedMs: 1500 });
    expect(await operator.closed).toEqual({ code: 1012, reason: "service restart" });
    await until("the second start", () => [...gateway.output().matchAll(READY_LINE)].length === 2);
    await using again = await gateway.operator();
    expect(await again.call("gateway.restart.preflight")).toMatchObject({ safe: true });
    expect(process.kill(gateway.pid, 0)).toBe(true);
    const said = gateway.output();
    const order = ["restarting", "stopped for a restart", "listening on", "ready"].map((text, index) =>
      index < 2 ? said.indexOf(text) : said.lastIndexOf(text),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(said).not.toContain("inspector");
  });

  test(`${signal} is ignored, with the way to allow it, when commands.restart is off (seed 40)`, async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" }, commands: { restart: false } });
    await using gateway = await spawnGateway({ home });
    await using operator = await gateway.operator();
    gateway.signal(signal);
    const text = `${signal} restart ignored (not authorized; enable commands.restart or use gateway tool).`;
    await until("the refusal", () => gateway.output().includes(text));
    expect(await operator.call("health")).toMatchObject({ ok: true });
  });
}

test("signals that come between two gateways of one process are obeyed, not fatal (seeds 3, 39)", async () => {
  for (const last of ["SIGTERM", "SIGUSR1"] as const) {
    await using gateway = await spawnGateway();
    await until("the fourth start", () => {
      gateway.signal("SIGUSR1");
      gateway.signal("SIGUSR2");
      return [...gateway.output().matchAll(PORT_LINE)].length >= 4;
    });
    gateway.signal(last);
    if (last === "SIGTERM") {
      expect(await ended(gateway)).toBe(0);
    } else {
      await until("the gateway to be ready", async () => {
        const response = await fetch(`${gateway.httpUrl}/readyz`).catch(() => undefined);
        return response?.status === 200;
      });
    }
  }
});

for (const sign of ["tmp", "state/openclaw.sqlite", "state/openclaw.sqlite-wal"]) {
  test(`a stop while the gateway still starts, at ${sign}, ends it cleanly (seed 3)`, async () => {
    await using home = await tempHome();
    await using gateway = await spawnGateway({ home, waitReady: false });
    await until("the sign", () => existsSync(home.at(".openclaw", sign)));
    gateway.signal("SIGTERM");
    expect(await ended(gateway)).toBe(0);
    const left = [...readdirSync(home.path, { recursive: true })].map(String);
    expect(left.filter((name) => /\.lock$|-wal$/.test(name))).toEqual([]);
  });
}

test("a second Ctrl-C on a terminal ends the gateway at once, whatever still runs (seed 3)", async () => {
  await using home = await tempHome();
  const tools = await fakeTool(
    home,
    "tools",
    "vault",
    `if [ -e "${home.at("slow")}" ]; then touch "${home.at("asked")}"; exec sleep 60; fi; echo the-secret-of-the-vault`,
  );
  const port = await freePort();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local", auth: { token: { source: "exec", provider: "vault", id: "value" } } },
    secrets: {
      // A stop waits for a program that it has asked: far longer than this test does.
      providers: {
        vault: { source: "exec", command: `${tools}/vault`, jsonOnly: false, timeoutMs: 60_000 },
      },
    },
  });
  const printed: string[] = [];
  const child = Bun.spawn([...(await openclawCommand()), "gateway", "--port", String(port)], {
    cwd: home.path,
    env: cleanEnv(home.path, { TERM: "xterm" }),
    terminal: { cols: 100, rows: 30, data: (_terminal, data) => void printed.push(data.toString()) },
  });
  try {
    const output = () => printed.join("");
    await until("the start", () => /\bready\b/.test(output())).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${output()}`);
    });
    const client = await WireClient.open(`ws://127.0.0.1:${port}/`);
    expect(await client.connect({ auth: { token: "the-secret-of-the-vault" } })).toMatchObject({ ok: true });
    await home.write("slow", "");
    client.send({ type: "req", id: "slow", method: "secrets.reload", params: {} });
    await until("the vault to be asked", () => existsSync(home.at("asked")));
    child.terminal?.write("\x03");
    await until("the first answer", () => output().includes("received SIGINT"));
    child.terminal?.write("\x03");
    expect(await within("the end", child.exited)).toBe(130);
  } finally {
    child.kill("SIGKILL");
  }
});

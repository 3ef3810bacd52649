import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { utimes } from "node:fs/promises";
import { freePort, runOpenclaw, spawnGateway, type TempHome, tempHome, until } from "../../support/index.ts";

const LOCKS = `.openclaw/tmp/openclaw-${process.getuid?.() ?? 0}`;

function locksOf(home: TempHome): string[] {
  return existsSync(home.at(LOCKS)) ? readdirSync(home.at(LOCKS)) : [];
}

async function second(home: TempHome, env: Record<string, string> = {}) {
  const port = await freePort();
  return runOpenclaw(["gateway", "--allow-unconfigured", "--port", String(port)], {
    home: home.path,
    env: { OPENCLAW_GATEWAY_TOKEN: "t", ...env },
  });
}

test("B15: a second gateway on the same state folder exits 78 and names the owner (seed 109)", async () => {
  await using home = await tempHome();
  await using first = await spawnGateway({ home });
  const { code, stderr } = await second(home);
  expect(code).toBe(78);
  expect(stderr).toContain(`gateway already running (pid ${first.pid})`);
  expect(stderr).toContain(`port ${first.port}`);
  expect(stderr).toMatch(/version \d{4}\.\d+\.\d+/);
  expect((await fetch(`${first.httpUrl}/readyz`)).status).toBe(200);
});

test.if(process.platform === "linux")(
  "B15: a gateway is one process for good: neither a start nor a restart starts another one",
  async () => {
    await using gateway = await spawnGateway();
    const childrenOf = (task: string) => {
      try {
        return readFileSync(`/proc/${gateway.pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean);
      } catch {
        // A thread that has ended since it was listed has none.
        return [];
      }
    };
    const children = () => readdirSync(`/proc/${gateway.pid}/task`).flatMap(childrenOf);
    expect(children()).toEqual([]);
    for (const starts of [2, 3]) {
      gateway.signal("SIGUSR1");
      const count = () => [...gateway.output().matchAll(/\bready\b/g)].length;
      await until("the next gateway", () => count() === starts);
      expect(children()).toEqual([]);
    }
    expect(process.kill(gateway.pid, 0)).toBe(true);
  },
);

test("two gateways with their own configuration, state folder and port run side by side (seed 112)", async () => {
  await using home = await tempHome();
  const own = (name: string) => ({
    OPENCLAW_CONFIG_PATH: home.at(`.openclaw/${name}.json`),
    OPENCLAW_STATE_DIR: home.at(`.openclaw-${name}`),
  });
  await using a = await spawnGateway({ home, env: own("a") });
  await using b = await spawnGateway({ home, env: own("b") });
  for (const gateway of [a, b]) expect((await fetch(`${gateway.httpUrl}/readyz`)).status).toBe(200);
  const logOf = (output: string) => /log file: (\S+)/.exec(output)?.[1];
  expect(logOf(a.output())).not.toBe(logOf(b.output()));
});

test("two state folders with one configuration: the second gateway exits 78 and names the owner (seed 108)", async () => {
  await using home = await tempHome();
  for (const config of [".openclaw/openclaw.json", "elsewhere/gateway.json5"]) {
    await home.write(config, { gateway: { mode: "local" } });
    const env = (name: string) => ({
      OPENCLAW_CONFIG_PATH: home.at(config),
      OPENCLAW_STATE_DIR: home.at(`.openclaw-${name}`),
    });
    await using first = await spawnGateway({ home, env: env("a") });
    const { code, stderr } = await second(home, env("b"));
    expect({ code, stderr }).toEqual({
      code: 78,
      stderr: expect.stringContaining(`gateway already running (pid ${first.pid})`),
    });
    const both = { ...env("b"), OPENCLAW_ALLOW_MULTI_GATEWAY: "1" };
    await using allowed = await spawnGateway({ home, env: both });
    expect((await fetch(`${allowed.httpUrl}/readyz`)).status).toBe(200);
    await allowed.stop();
    await first.stop();
    const left = readdirSync(home.path, { recursive: true }).map(String);
    expect(left.filter((name) => /gateway\.[0-9a-f]{8}\.lock|state\.lock|gateway\.lock/.test(name))).toEqual(
      [],
    );
  }
});

test("gateways of different homes never share a log file (seed 97)", async () => {
  await using a = await spawnGateway();
  await using b = await spawnGateway();
  const logOf = (output: string) => /log file: (\S+)/.exec(output)?.[1];
  expect(logOf(a.output())).toBeDefined();
  expect(logOf(a.output())).not.toBe(logOf(b.output()));
});

test("a gateway killed with SIGKILL leaves no lock that stops the next one (seed 109)", async () => {
  await using home = await tempHome();
  await using first = await spawnGateway({ home });
  await using operator = await first.operator();
  await operator.call("system-event", { text: "before the crash" });
  first.signal("SIGKILL");
  await first.exited;
  expect(locksOf(home).length).toBeGreaterThan(0);
  await using next = await spawnGateway({ home });
  expect(await (await next.operator()).call("health")).toMatchObject({ ok: true });
  await next.stop();
  expect(locksOf(home)).toEqual([]);
});

test("a lock whose number now belongs to another process is taken over (seed 109)", async () => {
  await using home = await tempHome();
  const holder = { pid: process.pid, ownerId: "old", createdAt: new Date(0).toISOString(), startTime: 1 };
  await home.write(`${LOCKS}/gateway.state.lock`, { ...holder, configPath: "", stateDir: "", port: 1 });
  await using gateway = await spawnGateway({ home });
  expect((await fetch(`${gateway.httpUrl}/readyz`)).status).toBe(200);
});

test("an old lock file that is no lock does not stop a start (seed 109)", async () => {
  await using home = await tempHome();
  const lock = await home.write(`${LOCKS}/gateway.state.lock`, "");
  await utimes(lock, new Date(0), new Date(0));
  await using gateway = await spawnGateway({ home });
  expect((await fetch(`${gateway.httpUrl}/readyz`)).status).toBe(200);
});

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import {
  GatewayRunningError,
  lockGateway,
  type LockOptions,
  runningGateway,
} from "../../../src/lib/locks/lock.ts";
import { parseLinuxStat, processIdentity } from "../../../src/lib/process-identity.ts";
import { until } from "../../support/index.ts";
import { tempDir } from "../../store/temp.ts";

function pathsIn(lockDir: string) {
  return {
    stateLockPath: join(lockDir, "gateway.state.lock"),
    configLockPath: join(lockDir, "gateway.0123abcd.lock"),
  };
}

function optionsIn(lockDir: string, more: Partial<LockOptions> = {}): LockOptions {
  return {
    ...pathsIn(lockDir),
    configPath: "/home/me/openclaw.json",
    stateDir: "/home/me/.openclaw",
    port: 18789,
    version: "2026.11.1",
    clock: systemClock,
    ids: randomIds,
    ...more,
  };
}

/** A process number that was in use and is not any more. */
async function deadPid(): Promise<number> {
  const child = Bun.spawn([process.execPath, "-e", ""]);
  await child.exited;
  return child.pid;
}

test("the holder is told by pid, port, version and start time, in two private files", async () => {
  using dir = tempDir();
  const options = optionsIn(dir.file("locks"));
  using lock = await lockGateway(options);
  for (const path of [options.stateLockPath, options.configLockPath]) {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      pid: process.pid,
      ownerId: lock.owner.ownerId,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      configPath: options.configPath,
      stateDir: options.stateDir,
      port: 18789,
      version: "2026.11.1",
      startTime: processIdentity().ownStart,
    });
  }
  expect(statSync(dir.file("locks")).mode & 0o777).toBe(0o700);
  expect(readdirSync(dir.file("locks"))).toHaveLength(2);
});

test("a second gateway is refused at once and learns pid, port and version of the first", async () => {
  using dir = tempDir();
  using _first = await lockGateway(optionsIn(dir.path));
  const waits: number[] = [];
  const clock: Clock = {
    ...systemClock,
    after(ms, fn) {
      waits.push(ms);
      return systemClock.after(ms, fn);
    },
  };
  const refused = lockGateway(optionsIn(dir.path, { clock }));
  await expect(refused).rejects.toThrow(GatewayRunningError);
  await expect(refused).rejects.toThrow(
    new RegExp(
      `^gateway already running \\(pid ${process.pid}\\); lock timeout after \\d+ms.*port 18789.*version 2026`,
    ),
  );
  expect(waits).toEqual([]);
});

test("the port that was really bound is told to the next one", async () => {
  using dir = tempDir();
  using lock = await lockGateway(optionsIn(dir.path));
  lock.update({ port: 4242 });
  await expect(lockGateway(optionsIn(dir.path))).rejects.toMatchObject({ owner: { port: 4242 } });
  expect(runningGateway(optionsIn(dir.path))?.port).toBe(4242);
});

test("a released lock leaves nothing behind and can be taken again", async () => {
  using dir = tempDir();
  const lock = await lockGateway(optionsIn(dir.path));
  lock.release();
  lock.release();
  expect(readdirSync(dir.path)).toEqual([]);
  expect(runningGateway(optionsIn(dir.path))).toBeUndefined();
  (await lockGateway(optionsIn(dir.path))).release();
});

test("a gateway that waits gets the lock when the holder goes", async () => {
  using dir = tempDir();
  const first = await lockGateway(optionsIn(dir.path));
  let waiting = false;
  const clock: Clock = {
    ...systemClock,
    after(ms, fn) {
      waiting = true;
      return systemClock.after(ms, fn);
    },
  };
  const second = lockGateway(optionsIn(dir.path, { waitMs: 10_000, clock }));
  await until("the second one to wait", () => waiting);
  first.release();
  (await second).release();
});

test("the same configuration with another state folder is refused, unless several are allowed", async () => {
  using dir = tempDir();
  using _first = await lockGateway(optionsIn(dir.path, { allowMulti: false }));
  await Bun.file(pathsIn(dir.path).stateLockPath).delete();
  await expect(lockGateway(optionsIn(dir.path))).rejects.toThrow(/gateway\.[0-9a-f]{8}\.lock/);
  expect(existsSync(pathsIn(dir.path).stateLockPath)).toBe(false);
  using _several = await lockGateway(optionsIn(dir.path, { allowMulti: true }));
  await expect(lockGateway(optionsIn(dir.path, { allowMulti: true }))).rejects.toThrow("gateway.state.lock");
});

test("locks of a dead process, of a reused pid and of noise are taken over", async () => {
  const dead = {
    pid: await deadPid(),
    ownerId: "dead",
    startTime: 1,
    createdAt: "",
    configPath: "",
    stateDir: "",
  };
  const reused = { ...dead, pid: process.pid, ownerId: "reused" };
  for (const content of [JSON.stringify(dead), JSON.stringify(reused), "", "{", '{"pid":"x"}']) {
    using dir = tempDir();
    const state = pathsIn(dir.path).stateLockPath;
    writeFileSync(state, content);
    const old = new Date(Date.now() - 60_000);
    utimesSync(state, old, old);
    using lock = await lockGateway(optionsIn(dir.path));
    expect(JSON.parse(readFileSync(state, "utf8"))).toMatchObject({ ownerId: lock.owner.ownerId });
    expect(readdirSync(dir.path)).toHaveLength(2);
  }
});

test("an unreadable lock that is only just being written is not taken", async () => {
  using dir = tempDir();
  writeFileSync(pathsIn(dir.path).stateLockPath, "");
  await expect(lockGateway(optionsIn(dir.path))).rejects.toMatchObject({ owner: undefined });
});

test("a process that died while taking over does not block the next one", async () => {
  using dir = tempDir();
  const state = pathsIn(dir.path).stateLockPath;
  const pid = await deadPid();
  const holder = (ownerId: string) => JSON.stringify({ pid, ownerId, startTime: 1 });
  const token = (ownerId: string) =>
    new Bun.CryptoHasher("sha256").update(ownerId).digest("hex").slice(0, 16);
  writeFileSync(state, holder("first"));
  writeFileSync(`${state}.${token("first")}`, holder("second"));
  writeFileSync(`${state}.${token("first")}.${token("second")}`, holder("third"));
  using lock = await lockGateway(optionsIn(dir.path));
  expect(runningGateway(optionsIn(dir.path))?.ownerId).toBe(lock.owner.ownerId);
});

test("what crashes left beside a lock is swept when it is old", async () => {
  using dir = tempDir();
  const state = pathsIn(dir.path).stateLockPath;
  const old = new Date(Date.now() - 3_600_000);
  writeFileSync(`${state}.litter`, "");
  utimesSync(`${state}.litter`, old, old);
  writeFileSync(`${state}.fresh`, "");
  using _lock = await lockGateway(optionsIn(dir.path));
  expect(existsSync(`${state}.litter`)).toBe(false);
  expect(existsSync(`${state}.fresh`)).toBe(true);
});

test("the start time is read past any process name, and a zombie counts as ended", () => {
  const rest = Array.from({ length: 18 }, (_, i) => i + 4).join(" ");
  expect(parseLinuxStat(`7 (a) S) b) S ${rest} 987654 1 2 3`)).toBe(987654);
  expect(parseLinuxStat(`7 (name) Z ${rest} 987654 1 2 3`)).toBeUndefined();
  expect(parseLinuxStat("")).toBeUndefined();
});

test("a living process is known by its start time, also through the process list", async () => {
  const child = Bun.spawn([process.execPath, "-e", "process.stdin.resume()"], { stdin: "pipe" });
  const listed = processIdentity("darwin");
  expect(processIdentity().isRunning(child.pid, undefined)).toBe(true);
  expect(processIdentity().isRunning(child.pid, 12)).toBe(false);
  expect(listed.isRunning(child.pid, Date.now())).toBe(true);
  expect(listed.isRunning(process.pid, listed.ownStart)).toBe(true);
  expect(listed.isRunning(child.pid, Date.now() - 3_600_000)).toBe(false);
  child.kill("SIGKILL");
  await child.exited;
  expect(processIdentity().isRunning(child.pid, undefined)).toBe(false);
  expect(listed.isRunning(child.pid, Date.now())).toBe(false);
});

/** A process that takes and gives back one lock on command. */
function racer(lockDir: string, port: number) {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "lock-racer.ts"), lockDir, String(port)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let buffered = "";
  return {
    pid: child.pid,
    port,
    send(word: string): void {
      void child.stdin.write(`${word}\n`);
      void child.stdin.flush();
    },
    async answer(): Promise<string> {
      while (!buffered.includes("\n")) {
        const { value, done } = await lines.read();
        if (done) throw new Error("the racer has ended");
        buffered += value;
      }
      const line = buffered.slice(0, buffered.indexOf("\n"));
      buffered = buffered.slice(line.length + 1);
      return line;
    },
    async kill(): Promise<void> {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

test("400 races of four processes, over free and stale locks: exactly one wins, the losers name it", async () => {
  using dir = tempDir();
  const racers = [1, 2, 3, 4].map((port) => racer(dir.path, port));
  try {
    await Promise.all(racers.map((one) => one.answer()));
    const { stateLockPath: state, configLockPath: config } = pathsIn(dir.path);
    const pid = await deadPid();
    for (let race = 0; race < 400; race++) {
      if (race % 3 !== 0)
        writeFileSync(state, JSON.stringify({ pid, ownerId: `stale-${race}`, startTime: 1 }));
      if (race % 3 === 2)
        writeFileSync(config, JSON.stringify({ pid, ownerId: `also-${race}`, startTime: 1 }));
      for (const one of racers) one.send("take");
      const answers = await Promise.all(racers.map((one) => one.answer()));
      const winner = racers[answers.indexOf("won")];
      if (winner === undefined) throw new Error(`race ${race}: nobody won: ${answers.join("; ")}`);
      const named = `lost ${winner.pid} ${winner.port} 1.2.3`;
      expect(answers.filter((answer) => answer === "won")).toHaveLength(1);
      expect(answers.filter((answer) => answer === named)).toHaveLength(racers.length - 1);
      winner.send("release");
      expect(await winner.answer()).toBe("released");
      expect(readdirSync(dir.path)).toEqual([]);
    }
  } finally {
    for (const one of racers) await one.kill();
  }
}, 120_000);

test("a holder ended by SIGKILL is succeeded by exactly one of the others", async () => {
  using dir = tempDir();
  for (let round = 0; round < 5; round++) {
    const racers = [1, 2, 3].map((port) => racer(dir.path, port));
    const [holder, ...others] = racers;
    if (holder === undefined) throw new Error("three racers");
    try {
      await Promise.all(racers.map((one) => one.answer()));
      holder.send("take");
      expect(await holder.answer()).toBe("won");
      await holder.kill();
      for (const one of others) one.send("take");
      const answers = await Promise.all(others.map((one) => one.answer()));
      expect(answers.filter((answer) => answer === "won")).toHaveLength(1);
    } finally {
      for (const one of racers) await one.kill();
    }
  }
}, 60_000);

if (process.platform === "linux") {
  test("a configuration whose folder nobody may write is locked beside the state", async () => {
    using dir = tempDir();
    const options = optionsIn(dir.file("locks"), { configLockPath: "/sys/.openclaw.json.gateway.lock" });
    using _lock = await lockGateway(options);
    expect(readdirSync(dir.file("locks")).sort()).toEqual([
      ".openclaw.json.gateway.lock",
      "gateway.state.lock",
    ]);
    await expect(lockGateway(options)).rejects.toThrow("gateway already running");
  });
}

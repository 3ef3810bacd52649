import { stat } from "node:fs/promises";
import { join } from "node:path";
import { cleanEnv, freePort, tempHome } from "../support/index.ts";
import { fillHome } from "./big-home.ts";
import { type Measured, median } from "./figures.ts";
import { connect, type Peer } from "./load/connect.ts";
import { cpuSeconds, residentMb } from "./process.ts";

/** A compiled program under measurement. */
export interface Subject {
  readonly executable: string;
  /** Arguments that make it serve on a port. */
  serve(port: number): string[];
  /** Arguments of the command that asks a running one for its health, where it has one. */
  health?(): string[];
}

/** The shared token of every gateway under measurement. */
export const TOKEN = "bench-token-0123456789abcdef";
const VERSION_RUNS = 20;
const COMMAND_RUNS = 10;
const START_RUNS = 9;
const START_PATIENCE_MS = 10_000;
const SETTLE_MS = 1_500;
const MIB = 1024 * 1024;

/** Runs every scenario against one subject; what it cannot do is left out. */
export async function measure(subject: Subject): Promise<Measured> {
  const { size } = await stat(subject.executable);
  return {
    size: size / MIB,
    ...(await measureVersion(subject)),
    ...(await measureStarts(subject)),
    ...(await measureRunning(subject)),
  };
}

async function measureVersion(subject: Subject): Promise<Measured> {
  await using home = await tempHome();
  const ms = await timeCommand([subject.executable, "--version"], cleanEnv(home.path), VERSION_RUNS);
  return ms === undefined ? {} : { version: ms };
}

/** Median wall time of a command in ms; undefined when it fails. */
async function timeCommand(
  command: string[],
  env: Record<string, string>,
  runs: number,
): Promise<number | undefined> {
  const samples: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const started = performance.now();
    const child = Bun.spawn(command, { env, stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    if ((await child.exited) !== 0) return undefined;
    samples.push(performance.now() - started);
  }
  return median(samples);
}

/** A subject that runs. */
export interface Started extends AsyncDisposable {
  readonly pid: number;
  readonly peer: Peer;
  readonly port: number;
  readonly env: Record<string, string>;
  /** From spawn to `hello-ok`, ms, and the CPU time the process had used by then. */
  readonly helloMs: number;
  readonly helloCpuSeconds: number | undefined;
}

/** Starts a subject in a home and waits for its first `hello-ok`. */
export async function start(subject: Subject, home: string): Promise<Started> {
  const port = await freePort();
  const env = cleanEnv(home, { OPENCLAW_GATEWAY_TOKEN: TOKEN });
  const peer = { url: `ws://127.0.0.1:${port}/`, token: TOKEN };
  const spawnedAt = performance.now();
  const child = Bun.spawn([subject.executable, ...subject.serve(port)], {
    cwd: home,
    env,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const stop = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), START_PATIENCE_MS);
    await child.exited;
    clearTimeout(timer);
  };
  try {
    const first = await firstHello(peer, spawnedAt, () => child.exitCode);
    const helloMs = performance.now() - spawnedAt;
    const helloCpuSeconds = await cpuSeconds(child.pid);
    first.close();
    return { pid: child.pid, peer, port, env, helloMs, helloCpuSeconds, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Tries again every millisecond, as an impatient client would, until the port answers. */
async function firstHello(peer: Peer, since: number, exitCode: () => number | null) {
  while (true) {
    try {
      return await connect(peer);
    } catch (error) {
      if (exitCode() !== null) throw new Error(`it ended with ${exitCode()} before it answered`);
      if (performance.now() - since > START_PATIENCE_MS) throw error;
      await Bun.sleep(1);
    }
  }
}

async function measureStarts(subject: Subject): Promise<Measured> {
  const first: number[] = [];
  const later: number[] = [];
  const cpu: number[] = [];
  const big: number[] = [];
  await using bigHome = await tempHome();
  await fillHome(bigHome);
  for (let run = 0; run < START_RUNS; run += 1) {
    await using home = await tempHome();
    for (const [samples, place] of [
      [first, home],
      [later, home],
      [big, bigHome],
    ] as const) {
      await using started = await start(subject, place.path);
      samples.push(started.helloMs);
      if (started.helloCpuSeconds !== undefined) cpu.push(started.helloCpuSeconds);
    }
  }
  return {
    "first-start": median(first),
    "later-start": median(later),
    "big-start": median(big),
    ...(cpu.length > 0 ? { "start-cpu": median(cpu) } : {}),
  };
}

async function measureRunning(subject: Subject): Promise<Measured> {
  await using home = await tempHome();
  await using running = await start(subject, home.path);
  await Bun.sleep(SETTLE_MS);
  const rss = await residentMb(running.pid);
  const command = subject.health?.();
  const health =
    command &&
    (await timeCommand(
      [subject.executable, ...command],
      { ...running.env, OPENCLAW_GATEWAY_PORT: String(running.port) },
      COMMAND_RUNS,
    ));
  return {
    ...(rss === undefined ? {} : { "rss-idle": rss }),
    ...(health === undefined ? {} : { "health-command": health }),
    ...(await underLoad(running)),
  };
}

async function underLoad({ peer, pid }: Started): Promise<Measured> {
  const clients = Bun.spawn(
    [process.execPath, join(import.meta.dir, "load", "main.ts"), peer.url, peer.token, String(pid)],
    {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    },
  );
  const figures = await clients.stdout.text();
  if ((await clients.exited) !== 0) throw new Error("the load was refused or cut off; see above");
  return JSON.parse(figures) as Measured;
}

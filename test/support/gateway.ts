import { endWithTests } from "./leftovers.ts";
import { freePort } from "./port.ts";
import { openclawCommand, type ProgramForm } from "./program.ts";
import { cleanEnv, type TempHome, tempHome } from "./temp-home.ts";
import { PATIENCE_MS, until, within } from "./wait.ts";
import { WireClient } from "./wire.ts";

/** Longest time a start may take before a test gives up; far above the budget, which the benchmark watches. */
const START_PATIENCE_MS = 20_000;

/** After SIGTERM, before SIGKILL. */
const STOP_PATIENCE_MS = 10_000;

export interface GatewayOptions {
  /** Compiled executable (default) or source. */
  readonly form?: ProgramForm;
  /** Shared token given through the environment; `null` gives none, so that the gateway makes its own. */
  readonly token?: string | null;
  /** Flags added after `gateway --port N --allow-unconfigured`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Use (and keep) this home; without it, an empty one is made and removed. */
  readonly home?: TempHome;
  readonly cwd?: string;
  readonly port?: number;
  /** Do not wait for readiness: for starts that are expected to fail. */
  readonly waitReady?: boolean;
}

/** A gateway running as a process of its own. */
export interface GatewayProcess extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
  readonly token: string | undefined;
  readonly home: TempHome;
  readonly httpUrl: string;
  readonly wsUrl: string;
  /** What it has printed so far, both streams in order of arrival. */
  output(): string;
  /** Settles with the exit code, or null when a signal ended it. */
  readonly exited: Promise<number | null>;
  signal(name: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL when that takes too long; returns the exit code. */
  stop(): Promise<number | null>;
  /** A connected operator with all scopes, authenticated by the shared token. */
  operator(overrides?: Readonly<Record<string, unknown>>): Promise<WireClient>;
}

/** Starts a gateway on a loopback port and waits until `/readyz` says it is ready. */
export async function spawnGateway(options: GatewayOptions = {}): Promise<GatewayProcess> {
  const home = options.home ?? (await tempHome());
  const port = options.port ?? (await freePort());
  const token = options.token === null ? undefined : (options.token ?? "test-token-0123456789abcdef");
  const command = await openclawCommand(options.form);
  const child = Bun.spawn(
    [...command, "gateway", "--port", String(port), "--allow-unconfigured", ...(options.args ?? [])],
    {
      cwd: options.cwd ?? home.path,
      env: cleanEnv(home.path, {
        ...(token === undefined ? {} : { OPENCLAW_GATEWAY_TOKEN: token }),
        ...options.env,
      }),
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  const chunks: string[] = [];
  const drained = Promise.all([collect(child.stdout, chunks), collect(child.stderr, chunks)]);
  const killWithTest = () => child.kill("SIGKILL");
  const settled = endWithTests(killWithTest);
  const exited = child.exited.then(async () => {
    settled();
    await drained;
    return child.exitCode;
  });

  const gateway: GatewayProcess = {
    pid: child.pid,
    port,
    token,
    home,
    httpUrl: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}/`,
    output: () => chunks.join(""),
    exited,
    signal: (name) => child.kill(name),
    async stop() {
      child.kill("SIGTERM");
      const timer = setTimeout(killWithTest, STOP_PATIENCE_MS);
      try {
        return await exited;
      } finally {
        clearTimeout(timer);
      }
    },
    async operator(overrides = {}) {
      const client = await WireClient.open(gateway.wsUrl);
      const hello = await client.connect({ auth: { token }, ...overrides });
      if (!hello.ok) throw new Error(`connect refused: ${JSON.stringify(hello.error)}`);
      return client;
    },
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      if (!options.home) await home[Symbol.asyncDispose]();
    },
  };
  if (options.waitReady !== false) {
    try {
      await ready(gateway, () => child.exitCode);
    } catch (error) {
      await gateway[Symbol.asyncDispose]();
      throw error;
    }
  }
  return gateway;
}

async function collect(stream: ReadableStream<Uint8Array>, into: string[]): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) into.push(decoder.decode(chunk, { stream: true }));
}

async function ready(gateway: GatewayProcess, exitCode: () => number | null): Promise<void> {
  await until(
    "the gateway to be ready",
    async () => {
      const code = exitCode();
      if (code !== null)
        throw new Error(`gateway ended with ${code} before it was ready:\n${gateway.output()}`);
      const response = await fetch(`${gateway.httpUrl}/readyz`).catch(() => undefined);
      await response?.body?.cancel();
      return response?.status === 200;
    },
    START_PATIENCE_MS,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\n${gateway.output()}`);
  });
}

/** Waits for a gateway that is expected to end by itself and returns its exit code. */
export function ended(gateway: GatewayProcess, timeoutMs = PATIENCE_MS): Promise<number | null> {
  return within("the gateway to end", gateway.exited, timeoutMs);
}

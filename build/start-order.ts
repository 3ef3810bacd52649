import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, START_ORDER } from "./compile.ts";
import { hostExecutable } from "./targets.ts";

// `bun build/start-order.ts` builds, records a start and writes the order that the next build lays its bytecode out in.

/** Tells the runtime inside an executable to write, when it ends, which functions it has used. */
const RECORD_TO = "BUN_BYTECODE_ORDER_OUT";

/** The format that is understood here. */
const HEADER = "v2";

/** What was used: functions, modules and the names of some, each by a hash of its syntax. */
const USED = /^[FMN] /;

/** All functions there were, so that the build tells those that were not used from those it has never seen. */
const KNOWN = /^K /;

/** Lines of `start.order`: what one start used, in its order, and all there was. */
export interface Recording {
  readonly used: readonly string[];
  readonly known: readonly string[];
}

/** As long as an idle gateway is watched. */
const IDLE_MS = 2_000;

const ATTEMPTS = 200;
const ATTEMPT_INTERVAL_MS = 50;

/**
 * Starts a gateway in an empty home, asks it for its health, leaves it alone for a while, stops it, and returns what it used
 * of its executable. @throws Error when it does not answer or leaves no recording
 */
export async function recordStart(executable: string): Promise<Recording> {
  const home = await mkdtemp(join(tmpdir(), "openclaw-order-"));
  try {
    const recording = join(home, "recording");
    await runGateway(executable, home, recording);
    const [header, ...lines] = (await Bun.file(recording).text()).split("\n");
    if (header !== HEADER) throw new Error(`the runtime records in the format ${header}, not ${HEADER}`);
    return {
      used: lines.filter((line) => USED.test(line)),
      // Sorted, for the sake of whoever compares two records.
      known: lines.filter((line) => KNOWN.test(line)).sort(),
    };
  } finally {
    await rm(home, { recursive: true });
  }
}

async function runGateway(executable: string, home: string, recording: string): Promise<void> {
  const port = String(freePort());
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    OPENCLAW_GATEWAY_PORT: port,
    OPENCLAW_GATEWAY_TOKEN: "of-a-recording-0123456789",
  };
  const silent = { cwd: home, stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;
  const gateway = Bun.spawn([executable, "gateway", "--allow-unconfigured"], {
    ...silent,
    env: { ...env, [RECORD_TO]: recording },
  });
  try {
    for (let attempt = 1; ; attempt += 1) {
      const asked = Bun.spawn([executable, "gateway", "health"], { ...silent, env });
      if ((await asked.exited) === 0) break;
      if (attempt === ATTEMPTS) throw new Error(`${executable} gateway does not answer`);
      await Bun.sleep(ATTEMPT_INTERVAL_MS);
    }
    await Bun.sleep(IDLE_MS);
  } finally {
    gateway.kill("SIGTERM");
    await gateway.exited;
  }
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  try {
    return listener.port;
  } finally {
    listener.stop(true);
  }
}

if (import.meta.main) {
  const { path } = await compile({
    outfile: join(import.meta.dir, "..", "dist", hostExecutable()),
  });
  const { used, known } = await recordStart(path);
  await Bun.write(START_ORDER, [HEADER, ...used, ...known, ""].join("\n"));
  console.log(`${used.length} functions and modules of a start; build again to use them`);
}

import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { type GatewayLock, GatewayRunningError, lockGateway } from "../../../src/lib/locks/lock.ts";

/** Takes or gives back a lock for each line on stdin, and answers each with one line on stdout. */
const [lockDir = "", port = "0"] = process.argv.slice(2);
let lock: GatewayLock | undefined;

async function obey(word: string): Promise<string> {
  if (word === "release") {
    lock?.release();
    lock = undefined;
    return "released";
  }
  try {
    lock = await lockGateway({
      stateLockPath: `${lockDir}/gateway.state.lock`,
      configLockPath: `${lockDir}/gateway.0123abcd.lock`,
      configPath: "/config.json",
      stateDir: "/state",
      port: Number(port),
      version: "1.2.3",
      clock: systemClock,
      ids: randomIds,
    });
    return "won";
  } catch (error) {
    if (!(error instanceof GatewayRunningError)) throw error;
    return `lost ${error.owner?.pid} ${error.owner?.port} ${error.owner?.version}`;
  }
}

process.stdout.write("ready\n");
for await (const line of console) process.stdout.write(`${await obey(line)}\n`);

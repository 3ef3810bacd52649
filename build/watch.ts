import { watch } from "node:fs";
import { join } from "node:path";

/** Editors write in several steps; a restart waits until they are done. */
const SETTLE_MS = 100;

const PROJECT_DIR = join(import.meta.dir, "..");
const COMMAND = [process.execPath, join(PROJECT_DIR, "src", "main.ts"), "gateway", "--allow-unconfigured"];

/**
 * Runs the gateway from source and restarts it when a source file changes. `bun --watch` replaces the process without
 * waiting for it to stop, so the next gateway would find the locks of the one before.
 */
async function main(): Promise<number> {
  let gateway = start();
  let changed: ReturnType<typeof setTimeout> | undefined;
  let stopping = false;
  const restart = async (): Promise<void> => {
    console.log("sources changed: restarting");
    gateway.kill("SIGTERM");
    await gateway.exited;
    if (!stopping) gateway = start();
  };
  const watcher = watch(join(PROJECT_DIR, "src"), { recursive: true }, () => {
    clearTimeout(changed);
    changed = setTimeout(() => void restart(), SETTLE_MS);
  });
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ask());
  await asked;
  stopping = true;
  watcher.close();
  clearTimeout(changed);
  gateway.kill("SIGTERM");
  return await gateway.exited;
}

function start(): Bun.Subprocess {
  return Bun.spawn([...COMMAND, ...process.argv.slice(2)], {
    stdio: ["ignore", "inherit", "inherit"],
    cwd: PROJECT_DIR,
  });
}

process.exitCode = await main();

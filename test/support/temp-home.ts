import { Glob } from "bun";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEnv, resolvePaths } from "../../src/config/index.ts";

/** An empty home directory that is removed at the end of `await using`. */
export interface TempHome extends AsyncDisposable {
  readonly path: string;
  /** `path` with more segments. */
  at(...segments: string[]): string;
  /** Writes a file below the home, making its directories; objects are written as JSON. */
  write(relative: string, content: string | object): Promise<string>;
}

/** Makes an empty directory to use as a home, or for any other files of one test. */
export async function tempHome(): Promise<TempHome> {
  const path = await realpath(await mkdtemp(join(tmpdir(), "openclaw-test-")));
  return {
    path,
    at: (...segments) => join(path, ...segments),
    async write(relative, content) {
      const file = join(path, relative);
      await mkdir(join(file, ".."), { recursive: true });
      await Bun.write(file, typeof content === "string" ? content : JSON.stringify(content, null, 2));
      return file;
    },
    async [Symbol.asyncDispose]() {
      await removeLogs(path);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** Removes what gateways of this home logged: their log is not in the home, and every test has another home. */
async function removeLogs(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(".openclaw")) continue;
    const { logDir, logName } = resolvePaths(readEnv({ HOME: home, OPENCLAW_STATE_DIR: join(home, name) }));
    // The last part tells the state folder; a profile's name stands before it.
    const logs = new Glob(`openclaw*-${logName.split("-").at(-1)}-*.log*`);
    if (existsSync(logDir))
      for (const log of logs.scanSync(logDir)) await rm(join(logDir, log), { force: true });
  }
}

/**
 * The environment of a fresh user: the given home, and of the caller's environment only what programs need to
 * run at all, so that no setting of the developer's own gateway reaches a test.
 */
export function cleanEnv(home: string, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const env: Record<string, string> = { HOME: home, USERPROFILE: home, NO_COLOR: "1" };
  for (const name of ["PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LANG", "TZ"]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return { ...env, ...extra };
}

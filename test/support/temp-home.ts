import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

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
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
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

import { existsSync, lstatSync } from "node:fs";
import { valueAt } from "../document/index.ts";
import type { Env } from "../env.ts";
import { ConfigError } from "../errors.ts";
import { MAX_CONFIG_FILE_BYTES, SHRINK_GUARD_MIN_BYTES } from "../limits.ts";
import { readConfigFile } from "../load/index.ts";
import type { ConfigSnapshot } from "../snapshot.ts";

/** Refuses writes that this process must not make at all. */
export function assertWritable(
  snapshot: ConfigSnapshot<unknown>,
  env: Pick<Env, "configReadonlyBy">,
  version: string,
): void {
  if (env.configReadonlyBy !== undefined) {
    throw new ConfigError(
      "read-only",
      `The config is read-only (${env.configReadonlyBy} is set); change it where it is made, or unset the variable`,
    );
  }
  if (lstatSync(snapshot.path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new ConfigError(
      "symlink",
      `${snapshot.path} is a symlink and is not written through; point OPENCLAW_CONFIG_PATH at the file itself`,
    );
  }
  const writer = newerWriter(snapshot.sourceConfig, version);
  if (writer !== undefined) {
    throw new ConfigError(
      "newer-writer",
      `The config was last written by OpenClaw ${writer}, newer than this one (${version}); ` +
        `update with openclaw update, or use the newer program`,
    );
  }
}

/** Refuses to replace a file that somebody without the lock (an editor, say) changed since it was read. */
export function assertUntouched(path: string, read: string | null): void {
  if (read === null ? existsSync(path) : !isStored(path, read)) {
    throw new ConfigError("stale", "config changed since last load; re-run config.get and retry");
  }
}

/** True when the file holds exactly this text. */
export function isStored(path: string, text: string): boolean {
  return existsSync(path) && readConfigFile(path, MAX_CONFIG_FILE_BYTES) === text;
}

/** The version that last wrote the config when it is newer than `version`. */
export function newerWriter(config: unknown, version: string): string | undefined {
  const writer = valueAt(config, ["meta", "lastTouchedVersion"]);
  return typeof writer === "string" && compareVersions(writer, version) > 0 ? writer : undefined;
}

/** What a write would destroy; `undefined` when it may go ahead. */
export function clobberOf(
  before: ConfigSnapshot<unknown>,
  after: ConfigSnapshot<unknown>,
  texts: { readonly before: string; readonly after: string } | undefined,
): { readonly code: "gateway-mode-removed" | "size-drop"; readonly reason: string } | undefined {
  const mode = (snapshot: ConfigSnapshot<unknown>) => valueAt(snapshot.resolved, ["gateway", "mode"]);
  if (mode(before) !== undefined && mode(after) === undefined) {
    return { code: "gateway-mode-removed", reason: "gateway-mode-removed: it would remove gateway.mode" };
  }
  if (texts === undefined) return undefined;
  const was = Buffer.byteLength(texts.before);
  const is = Buffer.byteLength(texts.after);
  if (was < SHRINK_GUARD_MIN_BYTES || is * 2 >= was) return undefined;
  return { code: "size-drop", reason: `size-drop: it would shrink the file from ${was} to ${is} bytes` };
}

/** Compares dotted version numbers; a pre-release stands before its release. */
export function compareVersions(a: string, b: string): number {
  const parts = (version: string) => {
    const [numbers = "", ...rest] = version.replace(/^v/, "").split("-");
    return { numbers: numbers.split(".").map((part) => Number.parseInt(part, 10) || 0), pre: rest.join("-") };
  };
  const left = parts(a);
  const right = parts(b);
  for (let index = 0; index < Math.max(left.numbers.length, right.numbers.length); index++) {
    const difference = (left.numbers[index] ?? 0) - (right.numbers[index] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === "" || right.pre === "") return left.pre === "" ? 1 : -1;
  return left.pre < right.pre ? -1 : 1;
}

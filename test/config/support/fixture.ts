import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type PlacedIssue,
  type ConfigRules,
  ConfigStore,
  type ConfigStoreDeps,
  isObject,
  readEnv,
} from "../../../src/config/index.ts";

/** Rules small enough to see through: a few known keys, `gateway.port` a number, `*.token` a secret. */
export const testRules: ConfigRules<Record<string, unknown>> = {
  validate(value) {
    const issues: PlacedIssue[] = [];
    const config = isObject(value) ? value : {};
    for (const key of Object.keys(config)) {
      if (!KNOWN.has(key)) issues.push({ path: "", message: `Unrecognized key: "${key}"`, key });
    }
    const gateway = isObject(config["gateway"]) ? config["gateway"] : {};
    const port = gateway["port"];
    if (port !== undefined && typeof port !== "number") {
      issues.push({
        path: "gateway.port",
        message: `Invalid input: expected number, received ${typeof port}`,
      });
    }
    return { ok: issues.length === 0, config, issues, warnings: [] };
  },
  isSensitive: (path) => path.join(".") === "hooks.code",
  needsRestart: (path) => path.startsWith("gateway.port"),
};

const KNOWN = new Set(
  "$schema gateway logging messages meta agents channels hooks env models broadcast secrets race".split(" "),
);

/** A folder that is gone after `using`. */
export class TempFolder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "openclaw-config-"));

  file(name: string, text: string): string {
    const path = join(this.path, name);
    writeFileSync(path, text);
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A store on `<folder>/openclaw.json` with the given variables. */
export function storeIn(
  folder: { readonly path: string },
  variables: Record<string, string> = {},
  extra: Partial<ConfigStoreDeps<Record<string, unknown>>> = {},
): ConfigStore<Record<string, unknown>> {
  return new ConfigStore({
    paths: { configPath: join(folder.path, "openclaw.json") },
    env: readEnv({ HOME: folder.path, ...variables }),
    rules: testRules,
    clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5) },
    version: "2026.11.1",
    ...extra,
  });
}

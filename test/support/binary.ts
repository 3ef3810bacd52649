import { Glob } from "bun";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../build/compile.ts";
import { hostExecutable } from "../../build/targets.ts";

/** The project's top directory. */
export const PROJECT_DIR = join(import.meta.dir, "..", "..");

const BUILT_FROM = [
  "src/**/*",
  "build/compile.ts",
  "build/control-ui.ts",
  "build/late-modules.ts",
  "build/late-rooms.ts",
  "build/start.order",
  "build/targets.ts",
  "package.json",
  "bun.lock",
];

function newestSourceMs(): number {
  let newest = 0;
  for (const pattern of BUILT_FROM) {
    for (const file of new Glob(pattern).scanSync({ cwd: PROJECT_DIR })) {
      newest = Math.max(newest, statSync(join(PROJECT_DIR, file)).mtimeMs);
    }
  }
  return newest;
}

/**
 * Path of the compiled executable: `OPENCLAW_TEST_BINARY` when set (the test script builds once and sets it), else
 * `dist/openclaw`, built first when it is missing or older than what it is made from.
 */
export async function openclawBinary(): Promise<string> {
  const given = process.env.OPENCLAW_TEST_BINARY;
  if (given) return given;
  const path = join(PROJECT_DIR, "dist", hostExecutable());
  if (!existsSync(path) || statSync(path).mtimeMs < newestSourceMs()) {
    await compile({ outfile: path });
  }
  return path;
}

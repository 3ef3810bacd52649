import { expect, setDefaultTimeout, test } from "bun:test";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compile, targetsNamed } from "../../build/compile.ts";
import { readSymbols, readTrace, writeSymbols } from "../../build/symbols.ts";
import { TARGETS } from "../../build/targets.ts";
import { version } from "../../package.json";
import { BUILD_DATE, COMMIT, VERSION } from "../../src/lib/version.ts";
import { tempHome } from "../support/index.ts";

/** An executable of a hundred megabytes is written each time. */
setDefaultTimeout(60_000);

const ENTRY = join(import.meta.dir, "fixtures", "version-entry.ts");

test("an executable carries version, commit and build date, and shows the source in a stack trace", async () => {
  await using dir = await tempHome();
  const { path } = await compile({ entry: ENTRY, outfile: dir.at("program"), sourceDateEpoch: "1700000000" });
  const good = Bun.spawnSync([path]);
  const told = JSON.parse(good.stdout.toString()) as Record<string, string>;
  expect(told.VERSION).toBe(version);
  expect(told.COMMIT).toMatch(/^([0-9a-f]{7,}|unknown)$/);
  expect(told.BUILD_DATE).toBe("2023-11-14T22:13:20.000Z");
  const bad = Bun.spawnSync([path, "--throw"]);
  expect(bad.exitCode).toBe(1);
  expect(bad.stderr.toString()).toContain("version-entry.ts:3");
  expect(await readdir(dir.path)).toEqual(["program"]);
});

test("an executable of a release has its source map beside it, and its traces are read with that", async () => {
  await using dir = await tempHome();
  const symbols = dir.at("symbols.zst");
  const build = { entry: ENTRY, sourceDateEpoch: "1700000000" };
  await compile({
    ...build,
    outfile: dir.at("whole", "program"),
    symbols: (maps) => writeSymbols(symbols, maps),
  });
  const { path } = await compile({ ...build, outfile: dir.at("program"), sourceMaps: "beside" });
  const trace = Bun.spawnSync([path, "--throw"]).stderr.toString();
  expect(trace).not.toContain("version-entry.ts:");
  expect(readTrace(trace, await readSymbols(symbols))).toContain("test/build/fixtures/version-entry.ts:3:");
});

test("an executable over its budget is refused and leaves nothing behind", async () => {
  await using dir = await tempHome();
  await expect(compile({ entry: ENTRY, outfile: dir.at("program"), maxBytes: 1 })).rejects.toThrow(
    "over the budget",
  );
  expect(await readdir(dir.path)).toEqual([]);
});

test("from source the version is known and the build is not", () => {
  expect(VERSION).toBe(version);
  expect(COMMIT).toBe("source");
  expect(BUILD_DATE).toBeUndefined();
});

test("every machine of a release has a target, and an unknown one is answered with the list", () => {
  expect(TARGETS.map(({ name }) => name).sort()).toEqual([
    "darwin-arm64",
    "darwin-x64",
    "linux-arm64",
    "linux-arm64-musl",
    "linux-x64",
    "linux-x64-musl",
    "windows-arm64",
    "windows-x64",
  ]);
  expect(targetsNamed(["linux-x64"]).map(({ bun }) => bun)).toEqual(["bun-linux-x64"]);
  expect(() => targetsNamed(["plan9-x64"])).toThrow("no target plan9-x64; there are linux-x64, linux-arm64,");
});

import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { readEnv } from "../../src/config/index.ts";
import { stableExecutable } from "../../src/service/index.ts";
import { tempHome } from "../support/index.ts";

function plant(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
}

function env(...dirs: string[]) {
  return readEnv({ HOME: "/home/me", PATH: dirs.join(":") });
}

test("B20: a package manager's link in PATH wins over the versioned file that it leads to", async () => {
  await using home = await tempHome();
  const cellar = home.at("Cellar/openclaw/2026.11.1/bin/openclaw");
  plant(cellar);
  mkdirSync(home.at("bin"));
  symlinkSync(cellar, home.at("bin/openclaw"));
  expect(stableExecutable(env("/usr/bin", home.at("bin")), cellar).path).toBe(home.at("bin/openclaw"));
});

test("another program of the name in PATH is not taken for this one", async () => {
  await using home = await tempHome();
  plant(home.at("bin/openclaw"));
  plant(home.at("opt/openclaw"));
  expect(stableExecutable(env(home.at("bin")), home.at("opt/openclaw")).path).toBe(home.at("opt/openclaw"));
});

test("a folder of PATH that depends on where one stands is left out", async () => {
  await using home = await tempHome();
  plant(home.at("openclaw"));
  expect(stableExecutable(env(".", "", "bin"), home.at("openclaw")).path).toBe(home.at("openclaw"));
});

test("B20: a file that was replaced while it runs is named as it was before", async () => {
  await using home = await tempHome();
  plant(home.at("bin/openclaw"));
  const running = `${home.at("bin/openclaw")} (deleted)`;
  expect(stableExecutable(env(), running).path).toBe(home.at("bin/openclaw"));
});

test("a program that may be gone tomorrow is doubted, and the reason said", () => {
  const doubt = (path: string) => stableExecutable(env(), path).doubt;
  expect(doubt("/usr/local/bin/openclaw")).toBeUndefined();
  expect(doubt("/home/me/.local/bin/openclaw")).toBeUndefined();
  expect(doubt("/tmp/openclaw")).toContain("temporary files");
  expect(doubt("/private/tmp/x/openclaw")).toContain("temporary files");
  expect(doubt(String.raw`C:\Users\me\AppData\Local\Temp\openclaw.exe`)).toContain("temporary files");
  expect(doubt("/home/me/.bun/bin/bun")).toContain("bun run build");
});

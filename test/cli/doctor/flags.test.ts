import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore } from "../../../src/store/index.ts";
import { tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";
import { CONFIG, doctor, homeWith, TOKEN } from "./home.ts";

test("--lint counts findings: 0 without, 1 with, 2 when it could not be looked at, by --severity-min", async () => {
  await using home = await homeWith({ gateway: { mode: "local", auth: { token: "short" } } });
  const lint = (...args: string[]) =>
    cli(["doctor", "--lint", "--only", "gateway-auth", ...args], { home: home.path });
  expect((await lint()).code).toBe(1);
  const error = await lint("--severity-min", "error");
  expect(error.code).toBe(0);
  expect(error.stdout).not.toContain("can be guessed");
  await using good = await homeWith({ gateway: { mode: "local", auth: { token: TOKEN } } });
  expect((await doctor(good, ["--lint", "--only", "gateway-auth"])).code).toBe(0);
  await using broken = await tempHome();
  await broken.write(".openclaw", "no folder");
  const blind = await doctor(broken, ["--lint", "--only", "permissions"]);
  expect(blind).toMatchObject({ code: 2, findings: [], failed: [{ checkId: "permissions" }] });
});

test("--lint leaves out what is left of the past, unless --all or --only asks for it", async () => {
  await using home = await homeWith({ gateway: { mode: "local", auth: { token: TOKEN } }, bridge: {} });
  const plain = await doctor(home, ["--lint"], { env: { PATH: "/usr/bin:/bin" } });
  expect(plain.findings.map(({ checkId }) => checkId)).not.toContain("config-legacy");
  const all = await doctor(home, ["--lint", "--all"], { env: { PATH: "/usr/bin:/bin" } });
  expect(all.findings.map(({ checkId }) => checkId)).toContain("config-legacy");
  expect(all.checksRun).toBeGreaterThan(plain.checksRun);
});

test("flags that do not go together are refused before anything is looked at", async () => {
  await using home = await tempHome();
  const cases: [string[], string][] = [
    [["--lint", "--fix"], "changes nothing"],
    [["--generate-gateway-token"], "goes with --fix"],
    [["--all"], "goes with --lint"],
    [["--severity-min", "fatal"], "info, warning, error"],
  ];
  for (const [args, words] of cases) {
    const run = await cli(["doctor", ...args], { home: home.path });
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain(words);
  }
});

test("--generate-gateway-token makes one where there is none, and never shows it", async () => {
  await using home = await homeWith({ gateway: { mode: "local" } });
  const only = ["--only", "gateway-auth", "--fix"];
  expect((await doctor(home, only)).findings[0]?.fixable).toBe(false);
  const made = await cli(["doctor", ...only, "--generate-gateway-token"], { home: home.path });
  expect(made.code).toBe(0);
  const { gateway } = Bun.JSON5.parse(readFileSync(home.at(CONFIG), "utf8")) as {
    gateway: { auth: { token: string } };
  };
  expect(gateway.auth.token).toMatch(/^[0-9a-f]{48}$/);
  expect(made.stdout + made.stderr).not.toContain(gateway.auth.token);
  expect((await doctor(home, only)).findings).toEqual([]);
});

test("a configuration of a newer program is named, and not rewritten", async () => {
  const text = `{ gateway: { mode: "local" }, bridge: {}, meta: { lastTouchedVersion: "2999.1.1" } }`;
  await using home = await homeWith(text);
  const { findings } = await doctor(home, [
    "--fix",
    "--yes",
    "--only",
    "config-writer",
    "--only",
    "config-legacy",
  ]);
  expect(findings.map(({ checkId }) => checkId).sort()).toEqual(["config-legacy", "config-writer"]);
  expect(readFileSync(home.at(CONFIG), "utf8")).toBe(text);
});

test("models: none is a note, one without a credential and one that rests are warnings", async () => {
  const only = ["--only", "models"];
  await using home = await homeWith({ gateway: { mode: "local" } });
  expect((await doctor(home, only)).findings).toMatchObject([{ severity: "info" }]);
  await home.write(CONFIG, {
    gateway: { mode: "local" },
    agents: { defaults: { model: "anthropic/claude-sonnet-4-5" } },
  });
  expect((await doctor(home, only)).findings).toMatchObject([{ severity: "warning", target: "anthropic" }]);
  const store = await openStore({
    path: home.at(".openclaw/state/openclaw.sqlite"),
    clock: systemClock,
    log: silentLogger,
  });
  const id = "anthropic:default";
  const credential = { key: "sk-ant-test-0123456789" };
  await store.authProfiles.put({
    id,
    provider: "anthropic",
    type: "api_key",
    credential,
    createdAt: 1,
    updatedAt: 1,
  });
  await store.close();
  expect((await doctor(home, only)).findings).toEqual([]);
  const again = await openStore({
    path: home.at(".openclaw/state/openclaw.sqlite"),
    clock: systemClock,
    log: silentLogger,
  });
  await again.authProfiles.note({
    id,
    cooldownUntil: Date.now() + 3_600_000,
    reason: "billing",
    failures: 1,
  });
  await again.close();
  const { findings } = await doctor(home, only);
  expect(findings).toMatchObject([{ severity: "warning", target: id }]);
  expect(JSON.stringify(findings)).not.toContain(credential.key);
});

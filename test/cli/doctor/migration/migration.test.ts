import { afterAll, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { SessionKey } from "../../../../src/protocol/index.ts";
import { openStoreReader } from "../../../../src/store/index.ts";
import { freePort, type TempHome } from "../../../support/index.ts";
import { cli } from "../../in-process.ts";
import { doctor } from "../home.ts";
import { KEY, OLD_HOMES, oldHome, treeOf } from "./old-homes.ts";

const ONLY = ["--only", "legacy-state"];
const homes: TempHome[] = [];
afterAll(async () => {
  for (const home of homes) await home[Symbol.asyncDispose]();
});

async function old(kind: (typeof OLD_HOMES)[number]) {
  const made = await oldHome(kind);
  homes.push(made.home);
  return made;
}

for (const kind of OLD_HOMES) {
  test(`${kind}: the plan is shown and nothing is touched; --fix carries it out; undoing gives every byte back`, async () => {
    const { home, args, state, was } = await old(kind);
    const before = treeOf(home.path);
    const planned = await doctor(home, [...args, ...ONLY]);
    expect(planned.findings[0]).toMatchObject({ severity: "warning", fixable: true });
    const details = planned.findings[0]?.details?.join("\n") ?? "";
    expect(details).toContain("conversations");
    expect(details).toMatch(/\d+ (?:B|KB|bytes)/);
    const left = await doctor(home, [...args, ...ONLY, "--fix"]);
    expect(left.findings[0]?.repair).toMatchObject({ state: "left" });
    expect(treeOf(home.path)).toEqual(before);

    const fixed = await doctor(home, [...args, ...ONLY, "--fix", "--yes"]);
    expect(fixed).toMatchObject({ code: 0, findings: [{ repair: { state: "done" } }] });
    expect(existsSync(home.at(state, "openclaw.json"))).toBe(true);
    expect(statSync(home.at(state, "openclaw.json")).mode & 0o777).toBe(0o600);
    expect(readFileSync(home.at(state, "openclaw.json"), "utf8")).toContain("// mine");
    if (was !== state) expect(lstatSync(home.at(was)).isSymbolicLink()).toBe(true);
    using reader = openStoreReader(home.at(state, "state/openclaw.sqlite"));
    expect(await reader.sessions.get("agent:main:main" as SessionKey)).toBeDefined();
    expect(await reader.authProfiles.get("anthropic:default")).toMatchObject({ credential: { key: KEY } });
    expect((await doctor(home, [...args, ...ONLY])).findings).toEqual([]);
    reader[Symbol.dispose]();

    const undone = await cli([...args, "doctor", "--undo-migration", "--yes", "--json"], { home: home.path });
    expect(JSON.parse(undone.stdout)).toMatchObject({ ok: true, kept: [] });
    expect(treeOf(home.path)).toEqual(before);
  });
}

test("the workspace of earlier versions stays in place, and the configuration says so", async () => {
  const { home } = await old("clawdbot");
  await doctor(home, [...ONLY, "--fix", "--yes"]);
  expect(Bun.JSON5.parse(readFileSync(home.at(".openclaw/openclaw.json"), "utf8"))).toMatchObject({
    agents: { defaults: { workspace: "~/clawd" } },
  });
  expect(existsSync(home.at("clawd/SOUL.md"))).toBe(true);
});

test("who was let in to chats stays let in: from files, and from the database of the Node gateway", async () => {
  const { openStore } = await import("../../../../src/store/index.ts");
  const { systemClock } = await import("../../../../src/lib/clock.ts");
  const { silentLogger } = await import("../../../../src/lib/logger.ts");
  const { home } = await old("node-gateway");
  await doctor(home, [...ONLY, "--fix", "--yes"]);
  const path = home.at(".openclaw/state/openclaw.sqlite");
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  expect([...(await store.channelPairing.allowed("telegram", "default"))].sort()).toEqual([
    "4242",
    "7",
    "99",
  ]);
  expect(await store.authProfiles.get("openai:default")).toMatchObject({ type: "api_key" });
  await store.close();
});

test("a folder of this version with a configuration of its own is never mixed with an older one", async () => {
  const { home } = await old("clawdbot");
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
  const before = treeOf(home.path);
  const { findings } = await doctor(home, [...ONLY, "--fix", "--yes"]);
  expect(findings).toMatchObject([{ severity: "info", fixable: false, path: home.at(".clawdbot") }]);
  expect(findings[0]?.fixHint).toContain("openclaw sessions import ~/.clawdbot");
  expect(treeOf(home.path)).toEqual(before);
});

test("it is refused while an older gateway uses the folder, by its lock and by its port", async () => {
  const { home } = await old("clawdbot");
  const lock = home.at(".clawdbot/gateway.lock");
  writeFileSync(lock, JSON.stringify({ pid: process.ppid, configPath: home.at(".clawdbot/clawdbot.json") }));
  const locked = await doctor(home, [...ONLY, "--fix", "--yes"]);
  expect(locked.findings[0]?.repair).toMatchObject({
    state: "left",
    message: expect.stringContaining("kill"),
  });
  expect(lstatSync(home.at(".clawdbot")).isDirectory()).toBe(true);
  rmSync(lock);
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const env = { OPENCLAW_GATEWAY_PORT: String(server.port) };
  const busy = await doctor(home, [...ONLY, "--fix", "--yes"], { env });
  expect(busy.findings[0]?.repair).toMatchObject({ state: "left" });
  expect(lstatSync(home.at(".clawdbot")).isDirectory()).toBe(true);
});

test("undoing keeps what was written since, and says where", async () => {
  const { home } = await old("clawdbot");
  await doctor(home, [...ONLY, "--fix", "--yes"]);
  await home.write(".openclaw/agents/main/note.md", "new");
  writeFileSync(
    home.at(".openclaw/openclaw.json"),
    `{ gateway: { mode: "local", port: ${await freePort()} }, logging: { level: "debug" } }`,
  );
  await cli(["models", "auth", "paste-api-key", "--provider", "openai"], { home: home.path });
  const { openStore } = await import("../../../../src/store/index.ts");
  const { systemClock } = await import("../../../../src/lib/clock.ts");
  const { silentLogger } = await import("../../../../src/lib/logger.ts");
  const path = home.at(".openclaw/state/openclaw.sqlite");
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  await store.channelPairing.allow("telegram", "default", "5");
  await store.close();
  const { stdout } = await cli(["doctor", "--undo-migration", "--yes", "--json"], { home: home.path });
  const { kept } = JSON.parse(stdout) as { kept: string[] };
  expect(kept).toHaveLength(2);
  expect(readFileSync(home.at(".clawdbot/agents/main/note.md"), "utf8")).toBe("new");
  expect(readFileSync(home.at(".clawdbot/clawdbot.json"), "utf8")).toContain("debug");
  expect(existsSync(home.at(".openclaw"))).toBe(false);
});

test("a new file in the old place is never overwritten: the migration stops, names it, and can be gone on with", async () => {
  const { home } = await old("beside-empty");
  const planned = await doctor(home, ONLY);
  expect(planned.findings[0]?.details?.join("\n")).toContain("has its own");
  const before = treeOf(home.path);
  mkdirSync(home.at(".openclaw/migration/clawdbot"), { recursive: true });
  const stopped = await doctor(home, [...ONLY, "--fix", "--yes"]);
  expect(stopped.findings[0]?.repair).toMatchObject({ state: "failed" });
  expect(stopped.code).toBe(1);
  await cli(["doctor", "--undo-migration", "--yes"], { home: home.path });
  rmSync(home.at(".openclaw/migration"), { recursive: true });
  expect(treeOf(home.path)).toEqual(before);
  mkdirSync(home.at(".openclaw/migration/clawdbot"), { recursive: true });
  await doctor(home, [...ONLY, "--fix", "--yes"]);
  rmSync(home.at(".openclaw/migration/clawdbot"), { recursive: true });
  const resumed = await doctor(home, [...ONLY, "--fix", "--yes"]);
  expect(resumed.findings[0]).toMatchObject({ severity: "error", repair: { state: "done" } });
  expect((await doctor(home, ONLY)).findings).toEqual([]);
});

test("without a migration there is nothing to take back; without a person nobody agrees", async () => {
  const { home } = await old("clawdbot");
  const none = await cli(["doctor", "--undo-migration", "--yes"], { home: home.path });
  expect(none).toMatchObject({ code: 1 });
  await doctor(home, [...ONLY, "--fix", "--yes"]);
  const unasked = await cli(["doctor", "--undo-migration"], { home: home.path });
  expect(unasked).toMatchObject({ code: 1 });
  expect(unasked.stderr).toContain("--yes");
});

import { expect, test } from "bun:test";
import { openStore } from "../../../src/store/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { spawnGateway, type TempHome, tempHome } from "../../support/index.ts";
import { cli, type CliRun } from "../in-process.ts";

const sessions = (home: TempHome, ...argv: string[]): Promise<CliRun> =>
  cli(["sessions", ...argv], { home: home.path });

const T = "2026-05-01T10:00:00.000Z";

const lineOf = (id: string, parentId: string | null, role: string, content: unknown) => ({
  type: "message",
  id,
  parentId,
  timestamp: T,
  message: { role, content, timestamp: Date.parse(T) },
});

const EVENTS = [
  lineOf("m1", null, "user", "Say hello"),
  lineOf("m2", "m1", "assistant", [{ type: "text", text: "Hello." }]),
];

/** A sessions folder as another OpenClaw leaves it. */
async function foreignFolder(home: TempHome): Promise<string> {
  const id = "11111111-1111-4111-8111-111111111111";
  const index = { "agent:main:notes": { sessionId: id, updatedAt: Date.parse(T), label: "Notes" } };
  await home.write("old/sessions.json", index);
  const header = { type: "session", version: 4, id, timestamp: T, cwd: "/w" };
  await home.write(
    `old/${id}.jsonl`,
    [header, ...EVENTS].map((line) => `${JSON.stringify(line)}\n`).join(""),
  );
  return home.at("old");
}

test("import shows its plan, does it with --yes, and does nothing twice; export gives it back", async () => {
  await using home = await tempHome();
  const folder = await foreignFolder(home);
  const plan = await sessions(home, "import", folder);
  expect(plan.code).toBe(0);
  expect(plan.stdout).toMatch(/agent:main:notes +new +1 +\d+ B/);
  expect(plan.stdout).toContain("Nothing was changed yet.");
  expect(plan.stderr).toContain(`openclaw sessions import ${folder} --yes`);
  expect((await sessions(home, "export", "notes")).stderr).toContain("There is no session agent:main:notes.");

  const done = await sessions(home, "import", folder, "--yes");
  expect(done.stdout).toContain("Took over 1 session, 1 transcript, 2 events.");
  const again = await sessions(home, "import", folder, "--json");
  expect(JSON.parse(again.stdout)).toMatchObject({
    ok: true,
    dryRun: true,
    items: [{ key: "agent:main:notes", action: "none" }],
    problems: [],
  });

  const exported = await sessions(home, "export", "notes");
  const [header, ...events] = exported.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as object);
  expect(header).toMatchObject({ type: "session", id: "11111111-1111-4111-8111-111111111111" });
  expect(events).toMatchObject(EVENTS);
});

test("a path without sessions is said and fails", async () => {
  await using home = await tempHome();
  const { code, stderr } = await sessions(home, "import", home.at("nowhere"));
  expect(code).toBe(1);
  expect(stderr).toContain("there are no sessions here");
});

test("export writes a file for its owner alone, and replaces none unasked", async () => {
  await using home = await tempHome();
  await sessions(home, "import", await foreignFolder(home), "--yes");
  const file = home.at("notes.jsonl");
  expect((await sessions(home, "export", "notes", "--output", file)).stdout).toContain("Wrote 3 lines to");
  expect((await Bun.file(file).stat()).mode & 0o777).toBe(0o600);
  const second = await sessions(home, "export", "notes", "--output", file);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain("it is there already");
  expect((await sessions(home, "export", "notes", "--output", file, "--force")).code).toBe(0);
  const unknown = await sessions(home, "export", "notes", "--session-id", "gone");
  expect(unknown.stderr).toContain("agent:main:notes has no transcript gone.");
  expect(unknown.stderr).toContain("11111111-1111-4111-8111-111111111111");
});

test("before anything was said there is nothing to export", async () => {
  await using home = await tempHome();
  const { code, stderr } = await sessions(home, "export", "main");
  expect(code).toBe(1);
  expect(stderr).toContain("There is no state database");
});

test("beside a running gateway a transcript is exported, and an import is refused with its pid", async () => {
  await using home = await tempHome();
  await sessions(home, "import", await foreignFolder(home), "--yes");
  await using gateway = await spawnGateway({ home });
  await using client = await gateway.operator();
  await client.call("chat.inject", { sessionKey: "agent:main:notes", message: "a note" });
  expect((await sessions(home, "export", "notes")).stdout).toContain("a note");
  const refused = await sessions(home, "import", home.at("old"));
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain(`A gateway (pid ${gateway.pid}) is using the state database`);
  expect(refused.stderr).toContain("openclaw gateway stop");
});

test("a store of an older schema is not read, with what brings it up to date", async () => {
  await using home = await tempHome();
  const path = home.at(".openclaw", "state", "openclaw.sqlite");
  const store = await openStore({ path, clock: systemClock, log: silentLogger });
  await store.close();
  const { Database } = await import("bun:sqlite");
  const db = new Database(path);
  db.run("PRAGMA user_version = 1");
  db.close();
  expect((await sessions(home, "export", "main")).stderr).toContain("openclaw gateway run");
});

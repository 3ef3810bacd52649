import { expect, test } from "bun:test";
import { fakeGateway, type FakeGateway, type Seen } from "../../client/fake-gateway.ts";
import { tempHome } from "../../support/index.ts";
import { cli, type CliRun, type CliWorld } from "../in-process.ts";

const NOW = Date.now();
const MINUTE_MS = 60_000;

const MAIN = {
  key: "agent:main:main",
  sessionId: "11111111-1111-4111-8111-111111111111",
  agentId: "main",
  kind: "direct",
  label: "Notes",
  updatedAt: NOW - 3 * MINUTE_MS,
  modelProvider: "mock",
  model: "mock-1",
  totalTokens: 12_480,
  contextTokens: 32_000,
  status: "done",
  pinned: true,
};
const GROUP = {
  key: "agent:ops:telegram:group:-100123456789:topic:1",
  kind: "group",
  updatedAt: null,
  contextTokens: 200_000,
  status: "running",
  unread: true,
};

const MESSAGES = [
  { role: "user", content: "Say hello", timestamp: NOW - 2 * MINUTE_MS },
  {
    role: "assistant",
    content: [
      { type: "text", text: "Let me see." },
      { type: "toolCall", id: "1", name: "exec", arguments: { command: "ls" } },
    ],
    timestamp: NOW - 2 * MINUTE_MS,
  },
  {
    role: "toolResult",
    toolName: "exec",
    content: [{ type: "text", text: Array.from({ length: 9 }, (_, index) => `line ${index}`).join("\n") }],
    timestamp: NOW - MINUTE_MS,
  },
  { role: "assistant", content: [], errorMessage: "the model is away", timestamp: NOW - MINUTE_MS },
];

const TOTALS = {
  input: 100_000,
  output: 2_000,
  cacheRead: 0,
  cacheWrite: 0,
  totalTokens: 102_000,
  totalCost: 0.35,
};

const ANSWERS: Readonly<Record<string, (params: Record<string, unknown>) => unknown>> = {
  "sessions.list": () => ({
    ts: NOW,
    path: "/store",
    count: 2,
    totalCount: 2,
    limitApplied: 100,
    nextOffset: null,
    hasMore: false,
    defaults: { modelProvider: "mock", model: "mock-2", contextTokens: 32_000 },
    sessions: [MAIN, GROUP],
  }),
  "sessions.describe": ({ key }) => ({ session: [MAIN, GROUP].find((row) => row.key === key) ?? null }),
  "chat.history": () => ({ sessionKey: MAIN.key, messages: MESSAGES, hasMore: false }),
  "sessions.reset": ({ key }) => ({ ok: true, key, entry: { sessionId: "s" } }),
  "sessions.patch": ({ key }) => ({ ok: true, key }),
  "sessions.delete": ({ key }) => ({ ok: true, key, deleted: true, archived: [] }),
  "sessions.compact": ({ key, maxLines }) =>
    maxLines === undefined
      ? { ok: true, key, compacted: true, result: { summary: "s", tokensBefore: 12_600 } }
      : { ok: true, key, compacted: true, kept: maxLines },
  "sessions.usage": () => ({
    startDate: "2026-10-23",
    endDate: "2026-11-21",
    totals: { ...TOTALS, missingCostEntries: 3 },
    sessions: [
      { key: MAIN.key, usage: TOTALS },
      { key: GROUP.key, usage: null },
    ],
    aggregates: { byModel: [{ provider: "mock", model: "mock-1", count: 4, totals: TOTALS }] },
  }),
};

function sessionGateway(refuse: (request: Seen) => string | undefined = () => undefined): FakeGateway {
  return fakeGateway({
    scopes: ["operator.read", "operator.write", "operator.admin"],
    answer(request, line) {
      const answer = ANSWERS[request.method];
      if (answer === undefined) return false;
      const message = refuse(request);
      if (message !== undefined) {
        line.send({ type: "res", id: request.id, ok: false, error: { code: "INVALID_REQUEST", message } });
        return true;
      }
      const payload = answer(request.params as Record<string, unknown>);
      line.send({ type: "res", id: request.id, ok: true, payload });
      return true;
    },
  });
}

async function sessions(
  gateway: FakeGateway,
  argv: readonly string[],
  world: Partial<CliWorld> = {},
): Promise<CliRun> {
  await using home = await tempHome();
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: "s3cret" };
  return await cli(["sessions", ...argv], { home: home.path, env, ...world });
}

const asked = (gateway: FakeGateway, method: string): unknown[] =>
  gateway.requests.filter((request) => request.method === method).map(({ params }) => params);

test("the list is a table of ages, models, tokens and states", async () => {
  await using gateway = sessionGateway();
  const { code, stdout } = await sessions(gateway, []);
  expect(code).toBe(0);
  const lines = stdout.split("\n");
  expect(lines[0]).toBe("2 sessions");
  expect(lines[2]).toMatch(/^Session +Updated +Model +Tokens +State$/);
  expect(lines[4]).toMatch(/^agent:main:main +3m ago +mock\/mock-1 +12\.5k\/32k \(39%\) +done, pinned$/);
  expect(lines[5]).toMatch(/^agent:ops:telegram:.*… +never +mock\/mock-2 +\?\/200k +running, unread$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(await sessions(gateway, ["list"])).toMatchObject({ stdout });
});

test("the list is filtered by the gateway, page by page when all are wanted", async () => {
  const rows = Array.from({ length: 3 }, (_, index) => ({ key: `agent:main:${index}`, kind: "direct" }));
  await using gateway = fakeGateway({
    answer({ method, id, params }, line) {
      if (method !== "sessions.list") return false;
      const { offset = 0 } = params as { offset?: number };
      const payload = {
        sessions: rows.slice(offset, offset + 2),
        totalCount: 3,
        hasMore: offset === 0,
        defaults: {},
      };
      line.send({ type: "res", id, ok: true, payload });
      return true;
    },
  });
  const { stdout } = await sessions(gateway, [
    ...["--limit", "all", "--active", "120", "--agent", "main", "--json"],
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    count: 3,
    totalCount: 3,
    limitApplied: null,
    hasMore: false,
    activeMinutes: 120,
    sessions: [{ key: "agent:main:0", ageMs: null }, {}, { key: "agent:main:2" }],
  });
  expect(asked(gateway, "sessions.list")).toMatchObject([
    { limit: 500, activeMinutes: 120, agentId: "main" },
    { limit: 500, offset: 2 },
  ]);
  expect(JSON.parse((await sessions(gateway, ["--limit", "1", "--json"])).stdout)).toMatchObject({
    limitApplied: 1,
    hasMore: true,
  });
  expect((await sessions(gateway, ["--limit", "none"])).stderr).toContain("Invalid --limit.");
});

test("no sessions is said in words", async () => {
  await using gateway = fakeGateway({
    answer({ method, id }, line) {
      if (method !== "sessions.list") return false;
      line.send({ type: "res", id, ok: true, payload: { sessions: [], totalCount: 0, hasMore: false } });
      return true;
    },
  });
  expect(await sessions(gateway, [])).toMatchObject({ code: 0, stdout: "No sessions.\n" });
});

test("show prints the facts and the last messages", async () => {
  await using gateway = sessionGateway();
  const { code, stdout } = await sessions(gateway, ["show", "main", "--agent", "main"]);
  expect(code).toBe(0);
  expect(stdout).toBe(`agent:main:main
  title    Notes
  id       11111111-1111-4111-8111-111111111111
  updated  3m ago
  model    mock/mock-1
  tokens   12.5k/32k (39%)
  state    done, pinned

you  2m ago
  Say hello

agent  2m ago
  Let me see.
  · exec {"command":"ls"}

result of exec  1m ago
  line 0
  line 1
  line 2
  line 3
  line 4
  line 5
  … 3 more lines

agent  1m ago
  ✗ the model is away
`);
  expect(asked(gateway, "chat.history")).toEqual([{ sessionKey: "agent:main:main", limit: 20 }]);
  const json = JSON.parse((await sessions(gateway, ["show", MAIN.key, "--json"])).stdout);
  expect(json).toEqual({ session: MAIN, messages: MESSAGES });
  const missing = await sessions(gateway, ["show", "agent:main:gone"]);
  expect(missing).toMatchObject({ code: 1 });
  expect(missing.stderr).toContain("There is no session agent:main:gone.");
});

test("delete asks first, and without a terminal wants --yes", async () => {
  await using gateway = sessionGateway();
  const alone = await sessions(gateway, ["delete", MAIN.key]);
  expect(alone.code).toBe(1);
  expect(alone.stderr).toContain(`openclaw sessions delete ${MAIN.key} --yes`);
  expect(await sessions(gateway, ["delete", MAIN.key], { answer: () => false })).toMatchObject({
    code: 1,
    stderr: "Nothing was deleted.\n",
  });
  expect(asked(gateway, "sessions.delete")).toEqual([]);
  expect(await sessions(gateway, ["delete", MAIN.key], { answer: () => true })).toMatchObject({
    code: 0,
    stdout: `Deleted ${MAIN.key}.\n`,
  });
});

test("delete takes several; what is missing or refused does not stop the others", async () => {
  await using gateway = sessionGateway(({ method, params }) =>
    method === "sessions.delete" && (params as { key: string }).key === MAIN.key
      ? "Cannot delete the main session (agent:main:main)."
      : undefined,
  );
  const keys = ["agent:main:gone", MAIN.key, GROUP.key];
  const { code, stdout, stderr } = await sessions(gateway, ["delete", ...keys, "--yes"]);
  expect([code, stdout]).toEqual([1, `Deleted ${GROUP.key}.\n`]);
  expect(stderr).toContain("agent:main:gone: there is no such session");
  expect(stderr).toContain("Cannot delete the main session");
  const json = JSON.parse((await sessions(gateway, ["delete", GROUP.key, "--yes", "--json"])).stdout);
  expect(json).toEqual({ ok: true, dryRun: false, results: [{ key: GROUP.key, done: true }] });
});

test("a dry run changes nothing", async () => {
  await using gateway = sessionGateway();
  expect(await sessions(gateway, ["delete", MAIN.key, "--dry-run"])).toMatchObject({
    code: 0,
    stdout: `Would be deleted: ${MAIN.key}\n`,
  });
  expect(await sessions(gateway, ["archive", MAIN.key, "--dry-run"])).toMatchObject({
    stdout: `Would be archived: ${MAIN.key}\n`,
  });
  expect([...asked(gateway, "sessions.delete"), ...asked(gateway, "sessions.patch")]).toEqual([]);
});

test("archive, reset and compact say what they did", async () => {
  await using gateway = sessionGateway();
  expect((await sessions(gateway, ["archive", MAIN.key])).stdout).toBe(`Archived ${MAIN.key}.\n`);
  expect(asked(gateway, "sessions.patch")).toEqual([{ key: MAIN.key, archived: true }]);
  expect((await sessions(gateway, ["reset", "main", "--agent", "ops"])).stdout).toBe(
    "agent:ops:main begins anew.\n",
  );
  expect((await sessions(gateway, ["compact", MAIN.key])).stdout).toBe(
    `Compacted ${MAIN.key}, which filled 12.6k tokens.\n`,
  );
  expect((await sessions(gateway, ["compact", MAIN.key, "--max-lines", "200"])).stdout).toBe(
    `Kept the last 200 lines of ${MAIN.key}.\n`,
  );
});

test("usage adds up tokens and cost, by model and by session", async () => {
  await using gateway = sessionGateway();
  const sixDaysAgo = () => new Date(Date.now() - 6 * 86_400_000).toISOString().slice(0, 10);
  const before = sixDaysAgo();
  const { stdout } = await sessions(gateway, ["usage", "--days", "7"]);
  expect(stdout).toContain("Usage from 2026-10-23 to 2026-11-21");
  expect(stdout).toMatch(/cost +\$0\.3500, 3 calls of models without a price/);
  expect(stdout).toMatch(/mock\/mock-1 +100k +2k +102k +\$0\.3500/);
  expect(stdout).toMatch(/agent:main:main +100k +2k +102k +\$0\.3500/);
  expect(stdout).not.toContain(GROUP.key);
  const [{ startDate }, ...others] = asked(gateway, "sessions.usage") as [{ readonly startDate: string }];
  expect(others).toEqual([]);
  // Midnight may have passed.
  expect([before, sixDaysAgo()]).toContain(startDate);
});

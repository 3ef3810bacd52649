import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import {
  ConfiguredRoster,
  type ModelInfo,
  type Models,
  RosterEditor,
  type Runs,
  type Sender,
  StoredSessions,
  WorkspacePrompts,
} from "../../../src/agent/index.ts";
import {
  ConfigStore,
  type OpenClawConfig,
  openClawRules,
  readEnv,
  resolvePaths,
} from "../../../src/config/index.ts";
import type { MethodContext } from "../../../src/gateway/method.ts";
import { agentHandlers } from "../../../src/gateway/methods/agents.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { agents, explain, type SessionKey } from "../../../src/protocol/index.ts";
import { openStore, type Store } from "../../../src/store/index.ts";
import { toolNamed } from "../../agent/prompt/rig.ts";
import { cleanEnv, type TempHome, tempHome } from "../../support/index.ts";

const INFO: ModelInfo = {
  provider: "mock",
  model: "mock-1",
  name: "Mock",
  contextWindow: 128_000,
  contextTokens: 128_000,
  reasoning: true,
  input: ["text"],
  thinkingLevels: ["off", "low"],
  thinkingDefault: "low",
  available: true,
  tags: [],
  source: "config",
};

const OWNER: Sender = { id: "o", isOwner: true, isAuthorized: true, isAdmin: true, channel: "cli" };

let home: TempHome;
let store: Store;
let config: ConfigStore<OpenClawConfig>;
let sessions: StoredSessions;
let aborted: string[];
let call: (method: string, params?: object) => Promise<Record<string, unknown>>;

function unused(): never {
  throw new Error("nobody asks for this here");
}

beforeEach(async () => {
  home = await tempHome();
  const env = readEnv(cleanEnv(home.path));
  const paths = resolvePaths(env);
  const clock = systemClock;
  store = await openStore({ path: paths.dbPath, clock, log: silentLogger });
  config = new ConfigStore({ paths, env, rules: openClawRules, clock, version: "2026.11.1" });
  await config.load();
  const current = () => config.current.config;
  const roster = new ConfiguredRoster({ config: current, paths });
  sessions = new StoredSessions({
    store,
    clock,
    ids: randomIds,
    config: current,
    defaultAgentId: () => roster.defaultId,
    modelOf: () => undefined,
  });
  aborted = [];
  const models: Models = {
    resolve: unused,
    engineModel: unused,
    thinking: unused,
    stream: unused,
    failureOf: unused,
    info: async () => INFO,
    plan: async ({ agentId }) => {
      if (agentId === "broken") throw new Error("no such model");
      return { candidates: [INFO, { provider: "mock", model: "mock-2" }], strict: false };
    },
  };
  const runs: Pick<Runs, "active" | "abort"> = {
    active: () => [
      {
        runId: "r" as never,
        sessionKey: "agent:work:main" as SessionKey,
        agentId: "work",
        acceptedAt: 0,
        startedAt: 0,
        kind: "chat",
        text: "",
      },
    ],
    abort: async (key) => {
      aborted.push(key);
      return [];
    },
  };
  const handlers = agentHandlers({
    roster,
    editor: new RosterEditor({ config, paths, clock }),
    prompts: new WorkspacePrompts({
      roster,
      config: current,
      kv: store.kv,
      clock,
      log: silentLogger,
      env: env.raw,
      host: { name: "box", system: "linux x64", shell: undefined },
    }),
    tools: { all: [], groups: {}, effective: () => [toolNamed("read")], stop: async () => undefined },
    models,
    sessions,
    runs,
    clock,
    log: silentLogger,
  });
  call = async (method, params = {}) => {
    const bound = handlers.find(({ spec }) => spec.name === method);
    if (!bound) throw new Error(`no method ${method}`);
    expect(explain(bound.spec.params, params)).toBeUndefined();
    const result = await bound.run(params, {} as MethodContext);
    // As it would be read off the wire: what is undefined is not there.
    const wire: unknown = JSON.parse(JSON.stringify(result));
    expect(explain(bound.spec.result, wire)).toBeUndefined();
    return wire as Record<string, unknown>;
  };
});

afterEach(async () => {
  await store.close();
  await home[Symbol.asyncDispose]();
});

const state = (...parts: string[]) => home.at(".openclaw", ...parts);

test("every method of the family has a handler", () => {
  expect(
    Object.values(agents)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    "agent.identity.get",
    "agents.create",
    "agents.delete",
    "agents.files.get",
    "agents.files.list",
    "agents.files.set",
    "agents.list",
    "agents.prompt",
    "agents.update",
  ]);
});

describe("agents", () => {
  test("a fresh gateway has one, with what the browser client needs to let people write", async () => {
    expect(await call("agents.list")).toEqual({
      defaultId: "main",
      ownership: "sole",
      selectionRequired: false,
      mainKey: "main",
      scope: "per-sender",
      agents: [
        {
          id: "main",
          workspace: state("workspace"),
          workspaceGit: false,
          agentRuntime: {
            id: "openclaw",
            cloudPlacementSupported: false,
            devicePlacementSupported: false,
            source: "implicit",
          },
          model: { primary: "mock/mock-1", fallbacks: ["mock/mock-2"] },
          thinkingLevels: [
            { id: "off", label: "off" },
            { id: "low", label: "low" },
          ],
          thinkingOptions: ["off", "low"],
          thinkingDefault: "low",
        },
      ],
    });
  });

  test("one without a usable model is listed without one", async () => {
    await call("agents.create", { name: "broken" });
    const { agents: list } = await call("agents.list");
    expect(
      (list as { id: string; model?: unknown }[]).find(({ id }) => id === "broken")?.model,
    ).toBeUndefined();
  });

  test("what was created can be read, changed and removed at once", async () => {
    expect(await call("agents.create", { name: "Work", emoji: "🛠️", model: "mock/mock-2" })).toEqual({
      ok: true,
      agentId: "work",
      name: "Work",
      workspace: state("workspace-work"),
      model: "mock/mock-2",
    });
    expect(await call("agent.identity.get", { agentId: "work" })).toEqual({
      agentId: "work",
      name: "Work",
      nameSource: "agent",
      avatar: "🛠️",
      emoji: "🛠️",
    });
    await call("agents.update", { agentId: "work", name: "Office", emoji: "", model: null });
    expect(config.current.config.agents?.entries).toMatchObject({ work: { name: "Office" } });
    mkdirSync(state("workspace-work"), { recursive: true });
    await sessions.enter({
      key: "agent:work:main" as SessionKey,
      agentId: "work",
      createdVia: "t",
      sender: OWNER,
    });
    expect(await call("agents.delete", { agentId: "work" })).toEqual({
      ok: true,
      agentId: "work",
      removedBindings: 0,
      removed: [
        { path: state("workspace-work"), method: "trash" },
        { path: state("agents", "work"), method: "missing" },
      ],
      failed: [],
    });
    expect(existsSync(state("workspace-work"))).toBe(false);
    expect(aborted).toEqual(["agent:work:main"]);
    expect((await sessions.get("agent:work:main" as SessionKey))?.entry.archivedAt).toBeGreaterThan(0);
  });

  test("files stay when that was asked for", async () => {
    await call("agents.create", { name: "work" });
    mkdirSync(state("workspace-work"), { recursive: true });
    expect(await call("agents.delete", { agentId: "work", deleteFiles: false })).toEqual({
      ok: true,
      agentId: "work",
      removedBindings: 0,
    });
    expect(existsSync(state("workspace-work"))).toBe(true);
  });

  test.each([
    ["agents.create", { name: "main" }, 'agent "main" already exists'],
    ["agents.update", { agentId: "nobody", name: "n" }, 'agent "nobody" not found'],
    ["agents.delete", { agentId: "main" }, "is the only one"],
    ["agents.files.list", { agentId: "nobody" }, 'unknown agent id "nobody"'],
    ["agents.files.get", { agentId: "main", name: "../openclaw.json" }, "unsupported file"],
    ["agent.identity.get", { agentId: "nobody" }, 'unknown agent id "nobody"'],
    ["agents.prompt", { agentId: "nobody" }, 'unknown agent id "nobody"'],
  ])("%s %j is refused as INVALID_REQUEST", async (method, params, message) => {
    const refusal = await call(method, params).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "INVALID_REQUEST", message: expect.stringContaining(message) });
  });

  test("a configuration that cannot be written is told as it is", async () => {
    writeFileSync(state("openclaw.json"), "{ broken");
    const refusal = await call("agents.create", { name: "work" }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "ProtocolError" });
    expect(readFileSync(state("openclaw.json"), "utf8")).toBe("{ broken");
  });
});

describe("workspace files", () => {
  test("are listed, written and read with their hash", async () => {
    const listed = await call("agents.files.list", { agentId: "main" });
    expect(listed.workspace).toBe(state("workspace"));
    const names = (listed.files as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(["AGENTS.md", "SOUL.md", "IDENTITY.md", "USER.md", "BOOTSTRAP.md", "MEMORY.md"]);
    const name = "SOUL.md";
    expect(await call("agents.files.get", { agentId: "main", name })).toMatchObject({
      file: { missing: true },
    });
    const written = await call("agents.files.set", { agentId: "main", name, content: "me" });
    const { hash } = written.file as { hash: string };
    expect(await call("agents.files.get", { agentId: "main", name })).toMatchObject({
      file: { content: "me", hash },
    });
    await call("agents.files.set", { agentId: "main", name, content: "you", expectedHash: hash });
    const late = call("agents.files.set", { agentId: "main", name, content: "us", expectedHash: hash });
    expect(await late.catch((error: unknown) => error)).toMatchObject({
      code: "INVALID_REQUEST",
      message: 'agent file "SOUL.md" changed since it was read',
      details: { type: "agent_file_conflict", name, currentHash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });
});

describe("the identity", () => {
  test("of nobody in particular is the default agent's, of a session its agent's", async () => {
    expect(await call("agent.identity.get")).toEqual({
      agentId: "main",
      name: "Assistant",
      nameSource: "default",
      avatar: "A",
    });
    await call("agents.create", { name: "Work" });
    expect(await call("agent.identity.get", { sessionKey: "agent:work:main" })).toMatchObject({
      agentId: "work",
    });
    expect(await call("agent.identity.get", { sessionKey: "main" })).toMatchObject({ agentId: "main" });
  });
});

describe("the prompt", () => {
  test("is shown as the model would be sent it, with its sizes, and nothing is made for it", async () => {
    const shown = await call("agents.prompt");
    const sections = shown.sections as { name: string; text: string; chars: number }[];
    expect(sections.map(({ name }) => name)).toContain("project-context");
    for (const { text, chars } of sections) expect(chars).toBe(text.length);
    expect(sections.map(({ text }) => text).join("\n\n").length).toBe(shown.promptChars as number);
    expect(shown).toMatchObject({ agentId: "main", model: "mock/mock-1", tools: [{ name: "read" }] });
    expect(existsSync(state("workspace"))).toBe(false);
  });

  test("of a group leaves private things out", async () => {
    await call("agents.files.set", { agentId: "main", name: "MEMORY.md", content: "private" });
    const textOf = async (params: object) => JSON.stringify((await call("agents.prompt", params)).sections);
    expect(await textOf({})).toContain("private");
    expect(await textOf({ group: true })).not.toContain("MEMORY.md\\nprivate");
  });
});

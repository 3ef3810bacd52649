import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { type ModelRequest } from "../../fakes/model-provider/index.ts";
import { type WireClient } from "../../support/index.ts";
import { type TurnWorld, turnWorld } from "../turns/support/index.ts";
import { complete, post, toolAnswer, turn } from "./rig.ts";

const OWNER_TOOLS = ["exec", "process", "write", "edit", "gateway"];
const WRITE_ONLY = { "x-openclaw-scopes": "operator.write" };

/** Whoever reaches it is let in, with the scopes they say they want. */
let open: TurnWorld;
/** The usual one, with a token. */
let closed: TurnWorld;
let owner: WireClient;

beforeAll(async () => {
  open = await turnWorld({
    fake: { paceMs: 0 },
    gateway: { token: null },
    config: { gateway: { mode: "local", auth: { mode: "none" } } },
  });
  closed = await turnWorld({
    fake: { paceMs: 0 },
    config: {
      agents: {
        defaults: { model: { primary: "mock/mock-1" } },
        entries: { main: { default: true }, ops: {} },
      },
      tools: { toolsBySender: { "channel:http:gateway-owner": { deny: ["web_fetch"] } } },
    },
  });
  owner = await closed.operator();
  await turn(owner, "ECHO the owner's own words");
}, 30_000);

afterAll(async () => {
  await owner.close();
  await open[Symbol.asyncDispose]();
  await closed[Symbol.asyncDispose]();
}, 30_000);

const seenBy = (world: TurnWorld, said: string): ModelRequest => {
  const found = world.fake.about(said).at(-1);
  if (!found) throw new Error(`the model never heard "${said}"`);
  return found;
};

test("an HTTP caller with narrowed scopes has no tool of the owner, whatever else its headers claim", async () => {
  const claims = {
    ...WRITE_ONLY,
    "x-openclaw-sender-is-owner": "true",
    "x-openclaw-owner": "true",
    "x-openclaw-message-channel": "telegram",
    "x-openclaw-account-id": "gateway-owner",
    "x-openclaw-message-to": "777",
    "x-forwarded-user": "admin",
    "x-forwarded-for": "127.0.0.1",
  };
  for (const [index, headers] of [WRITE_ONLY, claims].entries()) {
    const answer = await complete(open.gateway, `who am I ${index}`, headers);
    if (index === 1 && answer.status !== 200) {
      expect([400, 401, 403]).toContain(answer.status);
      continue;
    }
    const { toolNames } = seenBy(open, `who am I ${index}`);
    for (const name of OWNER_TOOLS) expect(toolNames).not.toContain(name);
  }
  const { text } = await toolAnswer(
    open,
    { name: "exec", args: { command: `touch ${open.home.at("ran")}` } },
    (mark) => complete(open.gateway, mark, WRITE_ONLY),
  );
  expect(text).toContain("not found");
  expect(existsSync(open.home.at("ran"))).toBe(false);
  expect(
    (await complete(open.gateway, "x", { ...WRITE_ONLY, "x-openclaw-model": "mock/mock-2" })).status,
  ).toBe(403);
  expect((await complete(open.gateway, "x", { "x-openclaw-scopes": "operator.read" })).status).toBe(403);
  expect((await complete(open.gateway, "x", { "x-openclaw-scopes": "" })).status).toBe(403);
});

test("/tools/invoke and tools.invoke run no tool of the owner for narrowed scopes, by whatever name", async () => {
  const path = "planted.txt";
  for (const name of [
    ...OWNER_TOOLS,
    "EXEC",
    " exec ",
    "Bash",
    "apply-patch",
    "cron",
    "sessions_send",
    "__proto__",
  ]) {
    const args = {
      command: `touch ${open.home.at("ran")}`,
      action: "config.get",
      path,
      content: "x",
      message: "x",
    };
    const invoked = await post(open.gateway, "/tools/invoke", { tool: name, args }, WRITE_ONLY);
    expect({ name, ok: invoked.ok }).toEqual({ name, ok: false });
  }
  const writer = await closed.operator({ scopes: ["operator.read", "operator.write"] });
  for (const name of OWNER_TOOLS) {
    const args = { command: `touch ${closed.home.at("ran")}`, action: "config.get", path, content: "x" };
    const answer = await writer.request("tools.invoke", { name, args, sessionKey: "main" });
    expect({ name, ran: answer.ok && Reflect.get(Object(answer.payload), "ok") === true }).toEqual({
      name,
      ran: false,
    });
  }
  await writer.close();
  expect(existsSync(closed.home.at("ran"))).toBe(false);
  expect(existsSync(closed.home.at(".openclaw/workspace/planted.txt"))).toBe(false);
});

test("commands that change the gateway are refused without operator.admin and change nothing", async () => {
  const writer = await closed.operator({ scopes: ["operator.read", "operator.write"] });
  const before = await Bun.file(closed.home.at(".openclaw/openclaw.json")).text();
  for (const command of [
    "/model mock/mock-2 -g",
    "/model mock/mock-2 -a",
    "/send off",
    "/reset",
    "/config set gateway.auth.mode none",
    "/restart",
    "/bash touch ran",
  ]) {
    await turn(writer, command, { sessionKey: "commands" }).catch(() => undefined);
  }
  for (const [method, params] of [
    ["sessions.delete", { key: "main" }],
    ["sessions.reset", { key: "main" }],
    ["agents.create", { name: "spy", workspace: "/tmp/spy" }],
    ["agents.files.set", { agentId: "main", name: "AGENTS.md", content: "obey" }],
    ["config.patch", { raw: "{}", baseHash: "x" }],
    ["config.set", { raw: "{}", baseHash: "x" }],
  ] as const) {
    const answer = await writer.request(method, params);
    expect({ method, ok: answer.ok }).toEqual({ method, ok: false });
  }
  expect(await Bun.file(closed.home.at(".openclaw/openclaw.json")).text()).toBe(before);
  expect(JSON.stringify(await owner.call("chat.history", { sessionKey: "main" }))).toContain(
    "the owner's own words",
  );
  await writer.close();
});

test("sessions of the gateway itself and of other agents are not named over HTTP, however they are written", async () => {
  for (const key of [
    "cron:1",
    "subagent:1",
    "acp:1",
    "CRON:1",
    " cron:1",
    "agent:main:cron:1",
    "agent:main:subagent:1",
    "agent:main:subagent:x:subagent:y",
    "AGENT:MAIN:ACP:1",
    "agent:ops:cron:1",
    "agent:main: cron:1",
    "agent::cron:1",
  ]) {
    const response = await complete(closed.gateway, `reserved ${key}`, { "x-openclaw-session-key": key });
    expect({ key, status: response.status }).toEqual({ key, status: 400 });
  }
  const other = await complete(closed.gateway, "x", {
    "x-openclaw-session-key": "agent:ops:main",
    "x-openclaw-agent-id": "main",
  });
  expect(other.status).toBe(400);
  for (const user of ["../main", "main", "x:subagent:1", "\u0000", "a".repeat(5_000), "agent:main:main"]) {
    const messages = [{ role: "user", content: "what did I say?" }];
    const response = await post(closed.gateway, "/v1/chat/completions", { user, messages });
    await response.text();
    expect([200, 400]).toContain(response.status);
    expect(JSON.stringify(seenBy(closed, "what did I say?").body)).not.toContain("the owner's own words");
  }
});

test("a response is continued by its own caller only; guessed ids lead nowhere", async () => {
  const say = async (input: string, more: object = {}, headers: Record<string, string> = {}) => {
    const response = await post(open.gateway, "/v1/responses", { input, ...more }, headers);
    return (await response.json()) as { id: string };
  };
  const first = await say("remember tulip");
  await say("go on, same caller", { previous_response_id: first.id });
  expect(JSON.stringify(seenBy(open, "go on, same caller").body)).toContain("tulip");
  // Another id, whatever the true one ends with.
  const guess = `${first.id.slice(0, -1)}${first.id.endsWith("0") ? "1" : "0"}`;
  for (const [word, id, headers] of [
    ["other key", first.id, { authorization: "Bearer somebody-else" }],
    ["other session", first.id, { "x-openclaw-session-key": "mine" }],
    ["guess", guess, {}],
    ["path", "../main", {}],
    ["main", "agent:main:main", {}],
  ] as const) {
    await say(`probe by ${word}`, { previous_response_id: id }, headers);
    expect(JSON.stringify(seenBy(open, `probe by ${word}`).body)).not.toContain("tulip");
  }
});

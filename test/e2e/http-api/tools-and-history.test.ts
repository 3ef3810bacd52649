import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ApiWorld, apiWorld, says } from "./world.ts";

let world: ApiWorld;
beforeAll(async () => {
  world = await apiWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const failure = (type: string, message: string) => ({ ok: false, error: { type, message } });

/** As recorded from the original. */
const RECORDED = [
  ["no tool", {}, 400, failure("invalid_request", "tools.invoke requires name")],
  ["an unknown tool", { tool: "nope" }, 404, failure("not_found", "Tool not available: nope")],
  ["exec", { tool: "exec", args: { command: "id" } }, 404, failure("not_found", "Tool not available: exec")],
  ["cron", { tool: "cron", args: {} }, 404, failure("not_found", "Tool not available: automations")],
  ["read", { tool: "read", args: { path: "x" } }, 404, failure("not_found", "Tool not available: read")],
  ["lacking arguments", { tool: "sessions_history" }, 400, failure("tool_error", "sessionKey required")],
  [
    "an unknown agent",
    { tool: "agents_list", agentId: "nope" },
    400,
    failure("invalid_request", 'Unknown agent id "nope"'),
  ],
] as const;

describe("POST /tools/invoke on the compiled gateway (seed 47)", () => {
  for (const [name, body, status, answer] of RECORDED) {
    test(`${name} is answered as recorded`, async () => {
      const reply = await world.post("/tools/invoke", body);
      expect([reply.status, await reply.json()]).toEqual([status, answer]);
    });
  }

  test("a tool that only reads answers with content and details; name wins, arguments that are no object are none", async () => {
    for (const body of [
      { tool: "agents_list", args: {} },
      { tool: "nope", name: "agents_list" },
      { tool: "agents_list", args: "x" },
    ]) {
      const reply = await world.post("/tools/invoke", body);
      expect(reply.status).toBe(200);
      expect(await reply.json()).toMatchObject({
        ok: true,
        result: {
          content: [{ type: "text" }],
          details: { requester: "main", allowAny: false, agents: [{ id: "main", model: "mock/mock-1" }] },
        },
      });
    }
  });

  test("sessions and their status are told to the caller", async () => {
    await world.post("/v1/chat/completions", { ...says("ECHO for the list"), user: "lister" });
    const list = await world.post("/tools/invoke", { tool: "sessions_list", args: { limit: 1 } });
    expect(await list.json()).toMatchObject({
      ok: true,
      result: { details: { count: 1, sessions: [{ key: "agent:main:openai-user:lister" }] } },
    });
    const status = await world.post("/tools/invoke", { tool: "session_status", args: {} });
    expect(await status.json()).toMatchObject({
      ok: true,
      result: { details: { ok: true, sessionKey: "main", agentId: "main", changedModel: false } },
    });
  });
});

describe("GET /sessions/{key}/history on the compiled gateway", () => {
  const history = async (key: string, query = "") => {
    const reply = await world.call(`/sessions/${encodeURIComponent(key)}/history${query}`);
    return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
  };

  test("shows what was said over the API, page by page, the newest first", async () => {
    for (const word of ["one", "two", "three"]) {
      await world.post("/v1/chat/completions", { ...says(`ECHO ${word}`), user: "reader" });
    }
    const key = "agent:main:openai-user:reader";
    const whole = await history(key);
    expect(whole).toMatchObject({ status: 200, body: { sessionKey: key, hasMore: false } });
    const items = whole.body.items as { role: string; content: unknown }[];
    expect(items.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    const page = await history(key, "?limit=2");
    expect(page.body).toMatchObject({ items: items.slice(-2), hasMore: true });
    const next = await history(key, `?limit=2&cursor=${String(page.body.nextCursor)}`);
    expect(next.body.items).toEqual(items.slice(2, 4));
  });

  test("an unknown session is 404, and a wrong page 400", async () => {
    expect((await history("agent:main:nobody")).status).toBe(404);
    expect((await history("agent:main:main", "?limit=0")).status).toBe(400);
    expect((await history("agent:main:main", "?cursor=x")).status).toBe(400);
  });
});

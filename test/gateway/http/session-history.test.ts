import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { SessionKey } from "../../../src/protocol/index.ts";
import { OWNER } from "../../agent/sessions/rig.ts";
import { serve, type Served } from "./openai/support/serve.ts";

const KEY = "agent:main:main" as SessionKey;
const PATH = "/sessions/agent%3Amain%3Amain/history";
const MESSAGES = 5;

let served: Served;

beforeAll(async () => {
  served = await serve();
  const { sessions, store } = served;
  const { record } = await sessions.enter({ key: KEY, agentId: "main", createdVia: "test", sender: OWNER });
  const events = Array.from({ length: MESSAGES }, (_, index) => ({
    type: "message",
    id: `m${index + 1}`,
    parentId: null,
    timestamp: new Date(index).toISOString(),
    message: { role: "user", content: `message ${index + 1}`, timestamp: index },
  }));
  await store.transcripts.append({ key: KEY, sessionId: record.sessionId, events });
});

afterAll(() => served[Symbol.asyncDispose]());

interface Page {
  readonly sessionKey: string;
  readonly items: readonly {
    readonly role: string;
    readonly content: unknown;
    readonly __openclaw: { seq: number };
  }[];
  readonly hasMore: boolean;
  readonly nextCursor?: string;
}

async function page(query = "", path = PATH): Promise<Page> {
  const response = await served.call(`${path}${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

async function refusal(path: string): Promise<[number, unknown]> {
  const response = await served.call(path);
  return [response.status, await response.json()];
}

describe("GET /sessions/{key}/history", () => {
  test("tells what a session shows, in order, under its canonical key", async () => {
    for (const path of [PATH, "/sessions/main/history"]) {
      const { sessionKey, items, hasMore } = await page("", path);
      expect([sessionKey, items.length, hasMore]).toEqual([KEY, MESSAGES, false]);
      expect(items.map((item) => item.__openclaw.seq)).toEqual([1, 2, 3, 4, 5]);
      expect(items[0]).toMatchObject({ role: "user", __openclaw: { id: "m1" } });
    }
  });

  test("goes back page by page until there is no more", async () => {
    const seen: number[][] = [];
    let query = "?limit=2";
    for (;;) {
      const { items, hasMore, nextCursor } = await page(query);
      seen.push(items.map((item) => item.__openclaw.seq));
      expect(nextCursor !== undefined).toBe(hasMore);
      if (!hasMore) break;
      query = `?limit=2&cursor=${nextCursor}`;
    }
    expect(seen).toEqual([[4, 5], [2, 3], [1]]);
  });

  test("refuses what it cannot read, and does not know every session", async () => {
    const error = (message: string) => ({ error: { message, type: "invalid_request_error" } });
    for (const limit of ["0", "-1", "x", "1.5", ""]) {
      expect(await refusal(`${PATH}?limit=${limit}`)).toEqual([
        400,
        error("limit must be a positive integer"),
      ]);
    }
    expect(await refusal(`${PATH}?cursor=x`)).toEqual([400, error("cursor must be a positive integer")]);
    expect(await refusal("/sessions/%E0%A4%A/history")).toEqual([400, error("invalid session key")]);
    expect(await refusal("/sessions/%20/history")).toEqual([400, error("invalid session key")]);
    expect(await refusal("/sessions/agent:x:y%00/history")).toEqual([400, error("invalid session key")]);
    expect(await refusal("/sessions/agent:main:nope/history")).toEqual([
      404,
      { ok: false, error: { type: "not_found", message: "Session not found: agent:main:nope" } },
    ]);
  });

  test("is for operators, and only read", async () => {
    expect((await served.call(PATH, { headers: { authorization: "" } })).status).toBe(401);
    const post = await served.post(PATH, {});
    expect([post.status, post.headers.get("allow")]).toEqual([405, "GET"]);
  });
});

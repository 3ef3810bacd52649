import { describe, expect, test } from "bun:test";
import { ManualClock } from "../../../support/index.ts";
import { serve, type Served, type ServeOptions } from "./support/serve.ts";

const CHAT = { messages: [{ role: "user", content: "say ok" }] };
const ALL = [
  ["GET", "/v1/models", undefined],
  ["GET", "/v1/models/openclaw", undefined],
  ["POST", "/v1/chat/completions", CHAT],
  ["POST", "/v1/responses", { input: "say ok" }],
  ["POST", "/v1/embeddings", { model: "openclaw", input: "" }],
] as const;

const OPEN: ServeOptions["policy"] = { mode: "none", token: undefined };
const PROXY: ServeOptions["policy"] = {
  mode: "trusted-proxy",
  token: undefined,
  trustedProxies: ["127.0.0.1"],
  trustedProxy: {
    userHeader: "x-user",
    requiredHeaders: [],
    allowUsers: [],
    allowLoopback: true,
    deviceAutoApprove: { enabled: false, scopes: undefined },
  },
};
const ALICE = { "x-user": "alice@example.com", "x-forwarded-for": "203.0.113.7", authorization: "" };

async function statuses(served: Served, headers: Record<string, string>): Promise<(string | number)[][]> {
  return Promise.all(
    ALL.map(async ([method, path, body]) => {
      const response = await served.call(path, {
        method,
        headers,
        ...(body && { body: JSON.stringify(body) }),
      });
      await response.body?.cancel();
      return [path, response.status];
    }),
  );
}

async function refusalOf(response: Response): Promise<unknown> {
  return [response.status, await response.json()];
}

function missing(scope: string): unknown {
  return [403, { error: { message: `missing scope: ${scope}`, type: "forbidden" } }];
}

describe("switching the endpoints off", () => {
  test("an endpoint that is off is nobody's path, and what both share goes with the last of them", async () => {
    await using served = await serve();
    const set = (chat: boolean, responses: boolean) =>
      served.configure({
        gateway: {
          http: { endpoints: { chatCompletions: { enabled: chat }, responses: { enabled: responses } } },
        },
      });
    const expected = (chat: boolean, responses: boolean) => {
      const either = chat || responses;
      return [
        either ? 200 : 404,
        either ? 200 : 404,
        chat ? 200 : 404,
        responses ? 200 : 404,
        either ? 400 : 404,
      ];
    };
    for (const chat of [true, false]) {
      for (const responses of [true, false]) {
        set(chat, responses);
        expect((await statuses(served, {})).map(([, status]) => status)).toEqual(expected(chat, responses));
      }
    }
    const off = await served.post("/v1/chat/completions", CHAT);
    expect([off.status, await off.text()]).toEqual([404, "Not Found"]);
    const stranger = await served.post("/v1/chat/completions", CHAT, { authorization: "" });
    expect(stranger.status).toBe(404);
  });
});

describe("who may ask for what", () => {
  test("with a shared secret, scopes of a header are ignored and the caller is the owner", async () => {
    await using served = await serve();
    const headers = { "x-openclaw-scopes": "operator.read", "x-openclaw-model": "mock/mock-2" };
    const response = await served.post("/v1/chat/completions", CHAT, headers);
    expect(response.status).toBe(200);
    expect(served.runs.last.sender).toMatchObject({ id: "gateway-owner", isOwner: true, isAdmin: true });
  });

  for (const [name, policy, headers, id] of [
    ["none", OPEN, { authorization: "" }, "gateway-owner"],
    ["trusted-proxy", PROXY, ALICE, "alice@example.com"],
  ] as const) {
    test(`mode ${name}: without the header everything is open, and the caller is the owner`, async () => {
      await using served = await serve({ policy });
      expect(await statuses(served, headers)).toEqual(
        ALL.map(([, path]) => [path, path === "/v1/embeddings" ? 400 : 200]),
      );
      expect(served.runs.last.sender).toMatchObject({ id, isOwner: true, isAdmin: true });
    });

    test(`mode ${name}: narrowed scopes are held to, and the caller is not the owner`, async () => {
      await using served = await serve({ policy });
      const as = (scopes: string, more: Record<string, string> = {}) => ({
        ...headers,
        "x-openclaw-scopes": scopes,
        ...more,
      });
      const write = await served.post("/v1/chat/completions", CHAT, as("operator.write"));
      expect(write.status).toBe(200);
      expect(served.runs.last.sender).toMatchObject({ id, isOwner: false, isAdmin: false });
      for (const path of ["/v1/chat/completions", "/v1/responses", "/v1/embeddings"]) {
        expect(await refusalOf(await served.post(path, {}, as("operator.read")))).toEqual(
          missing("operator.write"),
        );
        const picky = as("operator.write", { "x-openclaw-model": "mock/mock-2" });
        const body = { ...CHAT, input: "hi", model: "openclaw" };
        expect(await refusalOf(await served.post(path, body, picky))).toEqual(missing("operator.admin"));
      }
      expect((await served.call("/v1/models", { headers: as("operator.read") })).status).toBe(200);
      expect(await refusalOf(await served.call("/v1/models", { headers: as("operator.pairing") }))).toEqual(
        missing("operator.read"),
      );
      expect(await refusalOf(await served.call("/v1/models", { headers: as("") }))).toEqual(
        missing("operator.read"),
      );
    });
  }

  test("a page of another site cannot use a gateway that asks for no secret", async () => {
    await using served = await serve({ policy: OPEN });
    const headers = { authorization: "", origin: "https://evil.example" };
    const response = await served.post("/v1/chat/completions", CHAT, headers);
    expect(response.status).toBe(403);
    expect(served.runs.requests).toEqual([]);
  });

  test("who guessed too often is locked out, with the right token too, and is told for how long", async () => {
    const rateLimit = { maxAttempts: 3, windowMs: 60_000, lockoutMs: 60_000, exemptLoopback: false };
    await using served = await serve({ policy: { rateLimit }, clock: new ManualClock() });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await served.call("/v1/models", { headers: { authorization: "Bearer wrong" } });
    }
    const response = await served.call("/v1/models");
    expect(response.headers.get("retry-after")).toBe("60");
    expect(await refusalOf(response)).toEqual([
      429,
      {
        error: {
          message: "Too many failed authentication attempts. Please try again later.",
          type: "rate_limited",
        },
      },
    ]);
  });

  test("two callers with different identities do not continue each other's responses", async () => {
    await using served = await serve({ policy: PROXY });
    const first = await served.post("/v1/responses", { input: "hi" }, ALICE);
    const { id } = (await first.json()) as { id: string };
    const { sessionKey } = served.runs.last;
    const body = { input: "hi", previous_response_id: id };
    await served.post("/v1/responses", body, { ...ALICE, "x-user": "bob@example.com" });
    expect(served.runs.last.sessionKey).not.toBe(sessionKey);
    await served.post("/v1/responses", body, ALICE);
    expect(served.runs.last.sessionKey).toBe(sessionKey);
  });
});

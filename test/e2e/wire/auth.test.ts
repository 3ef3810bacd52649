import { describe, expect, test } from "bun:test";
import type { ConnectParams } from "../../../src/protocol/index.ts";
import none from "../../gateway/auth/fixtures/auth-none.json";
import password from "../../gateway/auth/fixtures/auth-password.json";
import token from "../../gateway/auth/fixtures/auth-token.json";
import trustedProxy from "../../gateway/auth/fixtures/auth-trusted-proxy.json";
import { DIFFERENT, HEADERS, TWISTS, UI_ORIGIN } from "../../gateway/auth/support/recorded.ts";
import { recordedError, Replay, type TranscriptCase } from "../../gateway/auth/support/replay.ts";
import type { ConnectOptions } from "../../gateway/auth/support/world.ts";
import {
  type GatewayProcess,
  operatorConnect,
  type WireClose,
  type WireResponse,
  within,
} from "../../support/index.ts";
import { gatewayWith } from "./support/configured.ts";
import { attempt, connected } from "./support/devices.ts";

const SECRET = "correct horse battery staple";

interface Outcome {
  readonly answer: WireResponse;
  readonly close: WireClose | undefined;
}

/** Failures are counted by address and never delayed, so that the recordings, which were minutes apart, can be played at once. */
const UNLIMITED = { maxAttempts: 10_000, exemptLoopback: false };

/** Connects over a real socket; a refusal comes with its close. */
async function connect(
  gateway: GatewayProcess,
  params: ConnectParams,
  options: ConnectOptions,
): Promise<Outcome> {
  const { client, answer } = await attempt(
    gateway,
    { ...params },
    {
      headers: options.headers ?? {},
      ...(options.device && { key: options.device }),
      ...(options.twist && { twist: options.twist }),
    },
  );
  if (!answer.ok) return { answer, close: await within("the close", client.closed) };
  await client.close();
  return { answer, close: undefined };
}

function authOf(answer: WireResponse): unknown {
  return (answer.payload as { auth: unknown }).auth;
}

function replayAll(name: string, file: unknown, open: () => Promise<GatewayProcess>): void {
  // Recorded frames are what a client may send; their shape was checked when they were recorded.
  const cases = file as readonly TranscriptCase[];
  test(`${name}: every recorded case gets the recorded answer over a socket`, async () => {
    await using gateway = await open();
    const caller = {
      clock: Date,
      connect: (params: ConnectParams, options: ConnectOptions) => connect(gateway, params, options),
    };
    const replay = new Replay<Outcome>(caller, { "<shared-token>": SECRET });
    for (const { case: title, steps } of cases) {
      const [first, second, third] = steps;
      if (DIFFERENT.has(title) || first?.connect === undefined) continue;
      const { answer, close } = await replay.connect(
        first.connect,
        { headers: HEADERS[title] ?? {} },
        TWISTS[title],
      );
      if (answer.ok) {
        const hello = authOf(answer);
        expect({ title, hello }).toEqual({ title, hello: replay.bindings.fill(second?.hello, hello) });
        continue;
      }
      const error = recordedError(answer.error as Parameters<typeof recordedError>[0]);
      expect({ title, error }).toEqual({ title, error: replay.bindings.fill(second?.error, error) });
      const closed = [close?.code, close?.reason];
      expect({ title, closed }).toEqual({
        title,
        closed: replay.bindings.fill(third?.close, closed) as typeof closed,
      });
    }
  }, 30_000);
}

describe("transcripts", () => {
  replayAll("token", token, () => gatewayWith({ mode: "token", token: SECRET, rateLimit: UNLIMITED }));
  replayAll("password", password, () =>
    gatewayWith({ mode: "password", password: SECRET, rateLimit: UNLIMITED }),
  );
  replayAll("none", none, () => gatewayWith({ mode: "none", rateLimit: UNLIMITED }));
  replayAll("trusted-proxy", trustedProxy, () =>
    gatewayWith(
      {
        mode: "trusted-proxy",
        password: "localpw",
        rateLimit: UNLIMITED,
        identityScopes: { "admin@example.com": ["operator.admin"] },
        trustedProxy: {
          userHeader: "X-Forwarded-User",
          requiredHeaders: ["x-forwarded-proto"],
          allowUsers: ["alice@example.com", "admin@example.com"],
          allowLoopback: true,
          deviceAutoApprove: { enabled: true },
        },
      },
      { trustedProxies: ["127.0.0.1"], controlUi: { allowedOrigins: [UI_ORIGIN] } },
    ),
  );
});

const WRONG = { ...operatorConnect(), auth: { token: "wrong" } };
const RIGHT = { ...operatorConnect(), auth: { token: SECRET } };

async function codeOf(
  gateway: GatewayProcess,
  params: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<unknown> {
  const { client, answer } = await attempt(gateway, params, { headers });
  await client.close();
  return answer.ok ? "hello-ok" : answer.error?.details?.["code"];
}

describe("C18: guessing the secret", () => {
  test("the local operator is slowed down, 250 ms doubling, and never locked out", async () => {
    await using gateway = await gatewayWith({ mode: "token", token: SECRET });
    const waits: number[] = [];
    for (let n = 0; n < 3; n += 1) {
      const asked = performance.now();
      expect(await codeOf(gateway, WRONG)).toBe("AUTH_TOKEN_MISMATCH");
      waits.push(performance.now() - asked);
    }
    [250, 500, 1_000].forEach((least, index) => expect(waits[index]).toBeGreaterThanOrEqual(least));
    expect(await codeOf(gateway, RIGHT)).toBe("hello-ok");
  });

  test("without the exemption this machine is locked out like any other, the right secret too", async () => {
    await using gateway = await gatewayWith({
      mode: "token",
      token: SECRET,
      rateLimit: { exemptLoopback: false },
    });
    for (let n = 0; n < 10; n += 1) expect(await codeOf(gateway, WRONG)).toBe("AUTH_TOKEN_MISMATCH");
    expect(await codeOf(gateway, RIGHT)).toBe("AUTH_RATE_LIMITED");
    const { client, answer } = await attempt(gateway, RIGHT);
    expect(answer.error).toMatchObject({
      code: "INVALID_REQUEST",
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
    expect((await client.closed).code).toBe(1008);
  });

  test("C2: a page that guesses from this machine is locked out by its origin, and nobody else is", async () => {
    await using gateway = await gatewayWith({ mode: "token", token: SECRET });
    const page = { origin: "http://localhost:5173" };
    for (let n = 0; n < 10; n += 1) expect(await codeOf(gateway, WRONG, page)).toBe("AUTH_TOKEN_MISMATCH");
    expect(await codeOf(gateway, RIGHT, page)).toBe("AUTH_RATE_LIMITED");
    expect(await codeOf(gateway, RIGHT, { origin: "http://localhost:5174" })).toBe("hello-ok");
    expect(await codeOf(gateway, RIGHT)).toBe("hello-ok");
  });

  test("a missing credential is no guess", async () => {
    await using gateway = await gatewayWith({
      mode: "token",
      token: SECRET,
      rateLimit: { exemptLoopback: false },
    });
    const bare = operatorConnect();
    for (let n = 0; n < 15; n += 1) expect(await codeOf(gateway, bare)).toBe("DEVICE_IDENTITY_REQUIRED");
    await using client = await connected(gateway, RIGHT);
    expect((await client.request("health")).ok).toBe(true);
  });
});

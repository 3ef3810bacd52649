import { describe, expect, test } from "bun:test";
import none from "./fixtures/auth-none.json";
import password from "./fixtures/auth-password.json";
import token from "./fixtures/auth-token.json";
import trustedProxy from "./fixtures/auth-trusted-proxy.json";
import door from "./fixtures/door.json";
import type { AuthPolicy } from "../../../src/gateway/auth/index.ts";
import { DIFFERENT, HEADERS, TWISTS, UI_ORIGIN } from "./support/recorded.ts";
import { recordedError, Replay, type TranscriptCase } from "./support/replay.ts";
import { type ConnectOptions, SECRET, world } from "./support/world.ts";

const PROXY_POLICY: Partial<AuthPolicy> = {
  mode: "trusted-proxy",
  token: undefined,
  password: "localpw",
  trustedProxies: ["127.0.0.1"],
  allowedOrigins: [UI_ORIGIN],
  identityScopes: { "admin@example.com": ["operator.admin"] },
  trustedProxy: {
    userHeader: "X-Forwarded-User",
    requiredHeaders: ["x-forwarded-proto"],
    allowUsers: ["alice@example.com", "admin@example.com"],
    allowLoopback: true,
    deviceAutoApprove: { enabled: true, scopes: undefined },
  },
};

function replayAll(name: string, file: unknown, policy: Partial<AuthPolicy>): void {
  // Recorded frames are what a client may send; their shape was checked when they were recorded.
  const cases = file as readonly TranscriptCase[];
  test(`${name}: every recorded case gets the recorded answer`, async () => {
    await using gateway = await world({ policy });
    const replay = new Replay(gateway, { "<shared-token>": SECRET });
    for (const { case: title, steps } of cases) {
      if (DIFFERENT.has(title)) continue;
      const headers = HEADERS[title] ?? {};
      const options: ConnectOptions = { headers };
      const [first, second, third] = steps;
      if (first?.upgrade !== undefined) {
        const all = new Headers(headers);
        const refusal = gateway.auth.refuseUpgrade({
          remoteAddress: "127.0.0.1",
          headers: all,
          origin: undefined,
          host: undefined,
        });
        expect({ title, status: refusal?.status, body: refusal?.body }).toEqual({ title, ...first.upgrade });
        continue;
      }
      if (first?.connect === undefined) throw new Error(`${title} has no connect`);
      const decision = await replay.connect(first.connect, options, TWISTS[title]);
      if (decision.ok) {
        const hello = JSON.parse(JSON.stringify(decision.hello));
        expect({ title, hello }).toEqual({ title, hello: replay.bindings.fill(second?.hello, hello) });
        continue;
      }
      const error = recordedError(decision.error.toShape());
      expect({ title, error }).toEqual({ title, error: replay.bindings.fill(second?.error, error) });
      const close: unknown = [decision.close.code, decision.close.reason];
      expect({ title, close }).toEqual({ title, close: replay.bindings.fill(third?.close, close) });
      // Failed local attempts slow each other down; the recordings were minutes apart.
      gateway.clock.advance(61_000);
    }
  });
}

describe("transcripts", () => {
  replayAll("token", token, {});
  replayAll("password", password, { mode: "password", token: undefined, password: SECRET });
  replayAll("none", none, { mode: "none", token: undefined });
  replayAll("trusted-proxy", trustedProxy, PROXY_POLICY);
  replayAll("door", door, {});
});

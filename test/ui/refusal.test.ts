import { describe, expect, test } from "bun:test";
import { GatewayRequestError } from "../../src/client/browser/index.ts";
import { explainRefusal, insecureContext } from "../../src/ui/page/link/refusal.ts";

function refused(details: Readonly<Record<string, unknown>>, message = "no", retryAfterMs?: number) {
  const shape = {
    code: "INVALID_REQUEST",
    message,
    details,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  return explainRefusal(new GatewayRequestError("connect", shape), "http://192.168.1.5:18789");
}

describe("B22: a refused browser names what is wrong and what mends it", () => {
  test("a foreign origin is named with the key it belongs into and the command", () => {
    const { text, command, asksSecret } = refused({
      code: "CONTROL_UI_ORIGIN_NOT_ALLOWED",
      origin: "https://control.example",
      configKey: "gateway.controlUi.allowedOrigins",
    });
    expect(text).toContain("https://control.example");
    expect(text).toContain("gateway.controlUi.allowedOrigins");
    expect(command).toBe(
      `openclaw config set gateway.controlUi.allowedOrigins '["https://control.example"]'`,
    );
    expect(asksSecret).toBe(false);
  });

  test("a page that came over plain http from elsewhere says so, with a tunnel", () => {
    const { kind, text, command } = insecureContext("http://192.168.1.5:18789");
    expect([kind, command]).toEqual(["insecure", "ssh -N -L 18789:127.0.0.1:18789 192.168.1.5"]);
    expect(text).toContain("http://192.168.1.5:18789");
    expect(refused({ code: "CONTROL_UI_DEVICE_IDENTITY_REQUIRED" }).kind).toBe("insecure");
  });

  test("a wrong secret asks for another one; a missing one is no error", () => {
    expect(refused({ code: "AUTH_TOKEN_MISMATCH" })).toMatchObject({
      kind: "wrong-secret",
      asksSecret: true,
    });
    expect(refused({ code: "AUTH_PASSWORD_MISMATCH" })).toMatchObject({
      kind: "wrong-secret",
      asksSecret: true,
    });
    expect(refused({ code: "AUTH_TOKEN_MISSING" })).toMatchObject({
      kind: "sign-in",
      command: "openclaw dashboard",
    });
    expect(refused({ code: "AUTH_PASSWORD_MISSING" }).text).toContain("password");
  });

  test("pairing shows the command that approves this very request", () => {
    const message =
      "pairing required: device is asking for more scopes than currently approved (requestId: r-1)";
    expect(refused({ code: "PAIRING_REQUIRED", requestId: "r-1" }, message)).toMatchObject({
      kind: "pairing",
      command: "openclaw devices approve r-1",
      text: expect.stringContaining("Device is asking for more scopes than currently approved."),
    });
  });

  test("a lock says how long it lasts", () => {
    expect(refused({ code: "AUTH_RATE_LIMITED" }, "no", 240_000).text).toContain("4 minutes");
    expect(refused({ code: "AUTH_RATE_LIMITED" }, "no", 12_000).text).toContain("12 seconds");
  });

  test("what it does not know it tells as the gateway told it", () => {
    expect(refused({ code: "SOMETHING_NEW" }, "the moon is full").text).toBe("the moon is full");
  });
});

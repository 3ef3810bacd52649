import { describe, expect, test } from "bun:test";
import lifecycle from "../../gateway/auth/fixtures/pairing-lifecycle.json";
import setupCode from "../../gateway/auth/fixtures/pairing-setup-code.json";
import type { Step } from "../../gateway/auth/support/replay.ts";
import { fieldOf } from "../../gateway/auth/support/unify.ts";
import { operatorConnect } from "../../support/index.ts";
import { gatewayWith } from "./support/configured.ts";
import { attempt, connected, DeviceKey } from "./support/devices.ts";
import { Stage } from "./support/stage.ts";

const SECRET = "correct horse battery staple";
const TOKEN = { mode: "token", token: SECRET };

describe("pairing, as recorded", () => {
  test("the life of a device: asked, widened, approved, upgraded, rotated, revoked, removed", async () => {
    await using gateway = await gatewayWith(TOKEN, { nodes: { pairing: { autoApproveLocal: false } } });
    const stage = new Stage(gateway, { "<shared-token>": SECRET });
    // Recorded frames are what a client may send; their shape was checked when they were recorded.
    for (const [at, step] of (lifecycle as unknown as readonly Step[]).entries()) {
      await stage.play(step).catch((error: unknown) => {
        throw new Error(`step ${at}: ${JSON.stringify(step)}`, { cause: error });
      });
    }
  }, 20_000);

  test("the handoff by setup code: one phone gets a node and an operator token, the second nothing", async () => {
    await using gateway = await gatewayWith(TOKEN, { publicOrigin: "http://127.0.0.1:28793" });
    const stage = new Stage(gateway, { "<shared-token>": SECRET });
    const admin = await connected(gateway, { ...operatorConnect(), auth: { token: SECRET } });
    stage.add("admin", admin);
    for (const step of setupCode as unknown as readonly Step[]) {
      // The secret inside a code is random, and its source is a setting of another program.
      if (step.call === "device.pair.setupCode") continue;
      const code = fieldOf(step.payload, "setupCode");
      if (code === undefined) {
        await stage.play(step);
        continue;
      }
      const made = await admin.call("device.pair.setupCode", {});
      const inside: unknown = JSON.parse(
        Buffer.from(String(fieldOf(made, "setupCode")), "base64url").toString(),
      );
      expect(inside).toEqual({
        url: "ws://127.0.0.1:28793",
        bootstrapToken: expect.stringMatching(/^[\w-]{43}$/),
        expiresAtMs: expect.any(Number),
      });
      stage.replay.bindings.bind("<uuid-1>", String(fieldOf(made, "setupId")));
      stage.replay.bindings.bind("<b64-1>", String(fieldOf(inside, "bootstrapToken")));
    }
  }, 20_000);
});

describe("C5: a device never gets more than it was given", () => {
  const LOW = ["operator.read", "operator.pairing"];

  test("by approving, rotating or asking for more, over its own socket", async () => {
    await using gateway = await gatewayWith(TOKEN);
    const key = new DeviceKey();
    const low = { ...operatorConnect(), scopes: LOW, auth: { token: SECRET } };
    const first = await attempt(gateway, low, { key });
    const { deviceToken } = (first.answer.payload as { auth: { deviceToken: string } }).auth;
    await first.client.close();
    const byDevice = { ...low, auth: { deviceToken } };
    const device = await connected(gateway, byDevice, { key });
    const wide = await attempt(gateway, { ...operatorConnect(), auth: { deviceToken } }, { key });
    expect(wide.answer.error?.details?.["code"]).toBe("AUTH_SCOPE_MISMATCH");
    await wide.client.close();
    for (const [method, params] of [
      ["device.token.rotate", { deviceId: key.id, role: "operator", scopes: ["operator.admin"] }],
      ["device.token.rotate", { deviceId: key.id, role: "node" }],
      ["config.patch", { raw: "{}" }],
      ["device.pair.setupCode", {}],
    ] as const) {
      const answer = await device.request(method, params);
      expect([method, answer.ok]).toEqual([method, false]);
    }
    await device.close();
  });
});

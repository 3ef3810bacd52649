import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import vectors from "../fixtures/device-auth-vectors.json";
import { proofPayloadV2, proofPayloadV3 } from "../../../../src/gateway/auth/index.ts";
import { ConnectParams, fits } from "../../../../src/protocol/index.ts";
import { DeviceKey } from "../support/device-key.ts";
import { accepted, detailCode, params, SECRET, world } from "../support/world.ts";

const operator = params({ id: "test", mode: "test" }, { auth: { token: SECRET } });

describe("device proof", () => {
  test("the published vectors give the published payloads", () => {
    const { connect, deviceId } = vectors;
    const { client, role, scopes, auth, nonce, signedAt } = connect;
    const identity = { id: "openclaw-ios", mode: "node", platform: client.platform } as const;
    const full = { ...identity, deviceFamily: client.deviceFamily };
    const proof = { id: deviceId, signedAt, nonce };
    expect(proofPayloadV2(proof, { client: full, role, scopes, token: auth.token })).toBe(vectors.v2.payload);
    expect(proofPayloadV3(proof, { client: full, role, scopes, token: auth.token })).toBe(vectors.v3.payload);
    expect(proofPayloadV3(proof, { client: identity, role, scopes: [], token: "" })).toBe(
      vectors.v3NoTokenNoFamily.payload,
    );
  });

  test("the published signatures of both versions are accepted", async () => {
    await using gateway = await world({ policy: { token: vectors.connect.auth.token } });
    const { client, role, scopes, auth, nonce, signedAt } = vectors.connect;
    gateway.clock.advance(signedAt - gateway.clock.now());
    for (const { signature } of [vectors.v2, vectors.v3]) {
      const device = {
        id: vectors.deviceId,
        publicKey: vectors.publicKeyBase64Url,
        signature,
        signedAt,
        nonce,
      };
      const connect = {
        minProtocol: 4,
        maxProtocol: 4,
        client: { version: "1", ...client },
        role,
        scopes,
        auth,
        device,
      };
      if (!fits(ConnectParams, connect)) throw new Error("the vectors are no connect params");
      const peer = { remoteAddress: "127.0.0.1", headers: new Headers(), origin: undefined, host: undefined };
      expect(accepted(await gateway.auth.decide(connect, nonce, peer)).client.deviceId).toBe(
        vectors.deviceId,
      );
    }
  });

  test("a key is taken as base64url, base64 or PEM, and is the same device in every form", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const forms = [
      device.publicKey,
      Buffer.from(device.publicKey, "base64url").toString("base64"),
      device.pem,
    ];
    for (const publicKey of forms) {
      const nonce = crypto.randomUUID();
      const proof = device.prove(operator, { nonce, now: gateway.clock.now() });
      const peer = { remoteAddress: "127.0.0.1", headers: new Headers(), origin: undefined, host: undefined };
      const decision = await gateway.auth.decide(
        { ...operator, device: { ...proof, publicKey } },
        nonce,
        peer,
      );
      expect(accepted(decision).client.deviceId).toBe(device.id);
    }
    expect((await gateway.store.devices.list()).paired.map(({ publicKey }) => publicKey)).toEqual([
      device.publicKey,
    ]);
  });

  test("a proof of another connection is refused", async () => {
    await using gateway = await world();
    const decision = await gateway.connect(operator, {
      device: new DeviceKey(),
      twist: { nonce: crypto.randomUUID() },
    });
    expect(detailCode(decision)).toBe("DEVICE_AUTH_NONCE_MISMATCH");
  });

  test("no garbage in a proof makes the decision throw, and none is accepted", async () => {
    await using gateway = await world();
    const device = new DeviceKey();
    const field = fc.constantFrom("id", "publicKey", "signature");
    await fc.assert(
      fc.asyncProperty(field, fc.string({ minLength: 1, unit: "binary" }), async (name, garbage) => {
        const nonce = crypto.randomUUID();
        const proof = { ...device.prove(operator, { nonce, now: gateway.clock.now() }), [name]: garbage };
        const peer = {
          remoteAddress: "127.0.0.1",
          headers: new Headers(),
          origin: undefined,
          host: undefined,
        };
        const decision = await gateway.auth.decide({ ...operator, device: proof }, nonce, peer);
        expect(String(detailCode(decision))).toStartWith("DEVICE_AUTH_");
      }),
      { numRuns: 200 },
    );
  });
});

import { expect, test } from "bun:test";
import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import { stat } from "node:fs/promises";
import {
  deviceIdentityPath,
  loadOrCreateDeviceIdentity,
  proveDevice,
  readDeviceIdentity,
} from "../../src/client/device-identity.ts";
import { deviceProofPayload } from "../../src/client/device-proof.ts";
import { tempHome } from "../support/index.ts";

/** Seed, id and signature that every implementation of the protocol must agree on. */
const VECTOR = {
  seedHex: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
  publicKey: "A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg",
  deviceId: "56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c",
  payload:
    "v3|56475aa75463474c0285df5dbf2bcab73da651358839e9b77481b2eab107708c|openclaw-ios|node|node|" +
    "operator.read,operator.write|1737264000000|s3cret|00000000-1111-2222-3333-444444444444|ios 18.4|iphone",
  signature: "Q-zS1eJdcz7EM0QFxtAOYhbEXJddikyRggDjFFxRt30BvfZHdMB-T6Ug0MbFr9EoaclCh8ttImpl6TD8IHgFBQ",
};

const SUBJECT = {
  clientId: "openclaw-ios",
  clientMode: "node",
  role: "node",
  scopes: ["operator.read", "operator.write"],
  platform: " iOS 18.4 ",
  deviceFamily: "iPhone",
  token: "s3cret",
  nonce: "00000000-1111-2222-3333-444444444444",
  signedAt: 1_737_264_000_000,
};

const pem = createPrivateKey({
  key: Buffer.concat([
    Buffer.from("302e020100300506032b657004220420", "hex"),
    Buffer.from(VECTOR.seedHex, "hex"),
  ]),
  format: "der",
  type: "pkcs8",
})
  .export({ type: "pkcs8", format: "pem" })
  .toString();

test("the signed text and the signature are those of the published vector", () => {
  expect(deviceProofPayload(VECTOR.deviceId, SUBJECT)).toBe(VECTOR.payload);
  const identity = { deviceId: VECTOR.deviceId, publicKey: VECTOR.publicKey, privateKeyPem: pem };
  expect(proveDevice(identity, SUBJECT).signature).toBe(VECTOR.signature);
});

test("a stored key gives the published id and public key", async () => {
  await using home = await tempHome();
  await home.write("identity/device.json", { version: 1, privateKeyPem: pem });
  expect(readDeviceIdentity(home.path)).toMatchObject({
    deviceId: VECTOR.deviceId,
    publicKey: VECTOR.publicKey,
  });
});

test("looking for an identity does not make one", async () => {
  await using home = await tempHome();
  expect(readDeviceIdentity(home.path)).toBeUndefined();
  expect(await Bun.file(deviceIdentityPath(home.path)).exists()).toBe(false);
});

test("a new identity is stored for its owner only and stays the same", async () => {
  await using home = await tempHome();
  const made = loadOrCreateDeviceIdentity(home.path, 1);
  expect(loadOrCreateDeviceIdentity(home.path, 2)).toEqual(made);
  expect((await stat(deviceIdentityPath(home.path))).mode & 0o777).toBe(0o600);
  const proof = proveDevice(made, SUBJECT);
  const signed = Buffer.from(deviceProofPayload(made.deviceId, SUBJECT));
  const key = createPublicKey(createPrivateKey(made.privateKeyPem));
  expect(verify(null, signed, key, Buffer.from(proof.signature, "base64url"))).toBe(true);
});

test("a broken identity file is reported, never replaced", async () => {
  await using home = await tempHome();
  await home.write("identity/device.json", "{");
  expect(() => loadOrCreateDeviceIdentity(home.path, 1)).toThrow("cannot be read");
  expect(await Bun.file(deviceIdentityPath(home.path)).text()).toBe("{");
});

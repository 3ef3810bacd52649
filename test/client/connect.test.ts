import { expect, test } from "bun:test";
import {
  connectGateway,
  type ConnectOptions,
  GatewayRequestError,
  GatewayTransportError,
} from "../../src/client/index.ts";
import { freePort, PATIENCE_MS } from "../support/index.ts";
import { fakeGateway, minimalHello, NONCE } from "./fake-gateway.ts";

function options(url: string, extra: Partial<ConnectOptions> = {}): ConnectOptions {
  return {
    url,
    client: { id: "cli", mode: "cli", version: "1.0.0", platform: "linux" },
    scopes: ["operator.read"],
    timeoutMs: PATIENCE_MS,
    ...extra,
  };
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

test("the challenge is answered by connect with the scopes, the credential and the protocol range asked for", async () => {
  await using gateway = fakeGateway();
  const client = await connectGateway(options(gateway.url, { auth: { token: "s3cret" } }));
  expect(client.hello.server.version).toBe("1.2.3");
  expect(gateway.requests[0]).toMatchObject({
    method: "connect",
    params: {
      minProtocol: 4,
      maxProtocol: 4,
      role: "operator",
      scopes: ["operator.read"],
      caps: [],
      auth: { token: "s3cret" },
      client: { id: "cli", mode: "cli" },
    },
  });
  await client.close();
});

test("no credential sends no auth, and no device identity sends no device", async () => {
  await using gateway = fakeGateway();
  const client = await connectGateway(options(gateway.url));
  expect(gateway.requests[0]?.params).not.toHaveProperty("auth");
  expect(gateway.requests[0]?.params).not.toHaveProperty("device");
  await client.close();
});

test("a device proof is bound to the challenge's nonce and the gateway's clock", async () => {
  await using gateway = fakeGateway();
  const { generateKeyPairSync } = await import("node:crypto");
  const pem = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const device = { deviceId: "d".repeat(64), publicKey: "k", privateKeyPem: pem };
  const client = await connectGateway(options(gateway.url, { device }));
  expect(gateway.requests[0]?.params).toMatchObject({
    device: { id: device.deviceId, publicKey: "k", nonce: NONCE, signedAt: 1_737_264_000_000 },
  });
  await client.close();
});

test("a refused connection is reported at once, with its system code", async () => {
  const port = await freePort();
  const error = await failure(connectGateway(options(`ws://127.0.0.1:${port}`, { timeoutMs: 60_000 })));
  expect(error).toBeInstanceOf(GatewayTransportError);
  expect(error).toMatchObject({ kind: "unreachable", code: "ECONNREFUSED" });
  expect(String(error)).toContain(`Gateway not reachable at ws://127.0.0.1:${port} (ECONNREFUSED).`);
});

test("a refusal of connect keeps its code, details and retry advice", async () => {
  const error = {
    code: "INVALID_REQUEST",
    message: "unauthorized: gateway token mismatch (provide gateway auth token)",
    details: { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch" },
    retryable: false,
  };
  await using gateway = fakeGateway({
    answer(request, line) {
      line.send({ type: "res", id: request.id, ok: false, error });
      line.close(1008, error.message);
      return true;
    },
  });
  const refusal = await failure(connectGateway(options(gateway.url)));
  expect(refusal).toBeInstanceOf(GatewayRequestError);
  expect(refusal).toMatchObject({
    code: "INVALID_REQUEST",
    detailCode: "AUTH_TOKEN_MISMATCH",
    message: error.message,
    retryable: false,
  });
});

test("a close without an answer carries the close code and its reason", async () => {
  await using gateway = fakeGateway({
    answer(_request, line) {
      line.close(1013, "gateway starting");
      return true;
    },
  });
  const error = await failure(connectGateway(options(gateway.url)));
  expect(error).toMatchObject({ kind: "closed", closeCode: 1013, reason: "gateway starting" });
});

test("silence ends the wait after the given time", async () => {
  await using gateway = fakeGateway({ challenge: null });
  const error = await failure(connectGateway(options(gateway.url, { timeoutMs: 60 })));
  expect(error).toMatchObject({ kind: "timeout" });
});

test("a challenge without a nonce is no gateway", async () => {
  await using gateway = fakeGateway({ challenge: { ts: 1 } });
  expect(await failure(connectGateway(options(gateway.url)))).toMatchObject({ kind: "closed" });
});

test("a hello that lacks its policy is no gateway", async () => {
  await using gateway = fakeGateway({
    answer(request, line) {
      const { policy: _, ...rest } = minimalHello();
      line.send({ type: "res", id: request.id, ok: true, payload: rest });
      return true;
    },
  });
  expect(String(await failure(connectGateway(options(gateway.url))))).toContain("not an OpenClaw gateway");
});

test("a server that is no WebSocket server is named as such", async () => {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: () => new Response("hi", { status: 503 }),
  });
  const error = await failure(connectGateway(options(`ws://127.0.0.1:${server.port}`)));
  expect(error).toMatchObject({ kind: "closed", reason: "Expected 101 status code: 503" });
  await server.stop(true);
});

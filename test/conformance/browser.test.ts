import { expect, test } from "bun:test";
import { sign } from "node:crypto";
import {
  type ConnectParams,
  GatewayBrowserDeviceAuthLifecycle,
  type GatewayBrowserDeviceAuthPlan,
  type GatewayBrowserDeviceTokenRecord,
  GatewayProtocolClient,
  type GatewayProtocolCloseContext,
  type HelloOk,
} from "@openclaw/gateway-client/browser";
import { PATIENCE_MS, spawnGateway, until } from "../support/index.ts";
import { Contract, Device } from "./support/index.ts";

const CLIENT: ConnectParams["client"] = {
  id: "openclaw-control-ui",
  version: "2026.9.1",
  platform: "web",
  mode: "webchat",
};

const SCOPES = ["operator.read", "operator.write"];

/** The published browser client over this runtime's WebSocket, as a page of `origin` uses it. */
class Page implements AsyncDisposable {
  readonly hellos: HelloOk[] = [];
  readonly errors: Error[] = [];
  readonly closes: GatewayProtocolCloseContext[] = [];
  readonly contract = new Contract();
  readonly client: GatewayProtocolClient<GatewayBrowserDeviceAuthPlan>;

  constructor(url: string, origin: string, lifecycle: GatewayBrowserDeviceAuthLifecycle, token?: string) {
    this.client = new GatewayProtocolClient({
      createSocket: (handlers) => {
        const socket = new WebSocket(url, { headers: { Origin: origin } });
        socket.addEventListener("open", () => handlers.open());
        socket.addEventListener("message", ({ data }) => handlers.message(String(data)));
        socket.addEventListener("close", ({ code, reason }) => handlers.close(code, reason));
        socket.addEventListener("error", () => handlers.error(new Error("socket error")));
        return {
          isOpen: () => socket.readyState === WebSocket.OPEN,
          send: (data) => socket.send(data),
          close: (code, reason) => socket.close(code, reason),
        };
      },
      createRequestId: () => crypto.randomUUID(),
      buildConnectPlan: ({ nonce, challengeTs }) =>
        lifecycle.buildPlan({
          client: CLIENT,
          role: "operator",
          defaultScopes: SCOPES,
          nonce,
          challengeTs: challengeTs ?? null,
          ...(token !== undefined && { token }),
        }),
      buildConnectParams: ({ scopes, auth, device }) => ({
        minProtocol: 4,
        maxProtocol: 4,
        client: CLIENT,
        role: "operator",
        scopes,
        caps: [],
        auth,
        device,
        userAgent: "test",
        locale: "en",
      }),
      onConnectHello: (hello, { plan }) => void lifecycle.acceptHello(hello, plan),
      onHello: (hello) => {
        this.contract.hello(hello);
        this.hellos.push(hello);
      },
      onEvent: (frame) => this.contract.event(frame),
      onConnectFailure: (error) => {
        this.errors.push(error);
        return { closeCode: 4008, closeReason: "connect failed", stop: true };
      },
      resolveClose: () => ({ retry: false, notify: true }),
      onClose: (context) => void this.closes.push(context),
      handshake: { mode: "require-challenge", timeoutMs: PATIENCE_MS },
      reconnect: { initialMs: 100, multiplier: 2, maxMs: 1_000 },
    });
    this.client.start();
  }

  hello(): Promise<HelloOk> {
    return until("the page's hello", () => {
      if (this.errors[0]) throw this.errors[0];
      return this.hellos[0];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.client.stop();
    await until("the page's socket to close", () => !this.client.connected);
    expect(this.contract.faults).toEqual([]);
  }
}

/** A browser profile: the key and the tokens a page finds in its storage. */
function browserProfile(): {
  lifecycle: GatewayBrowserDeviceAuthLifecycle;
  tokens: Map<string, GatewayBrowserDeviceTokenRecord>;
} {
  const device = new Device();
  const tokens = new Map<string, GatewayBrowserDeviceTokenRecord>();
  const publicKey = device.hostDeps.publicKeyRawBase64UrlFromPem?.(device.identity.publicKeyPem) ?? "";
  const lifecycle = new GatewayBrowserDeviceAuthLifecycle({
    loadIdentity: async () => ({
      deviceId: device.id,
      publicKey,
      sign: async (payload) =>
        sign(null, Buffer.from(payload), device.identity.privateKeyPem).toString("base64url"),
    }),
    tokenStore: {
      load: ({ role }) => tokens.get(role) ?? null,
      store: ({ role, token, scopes }) => void tokens.set(role, { token, scopes }),
      clear: ({ role }) => void tokens.delete(role),
    },
  });
  return { lifecycle, tokens };
}

test("the reference browser client is paired from the gateway's own origin and comes back by its device token", async () => {
  await using gateway = await spawnGateway();
  const { lifecycle, tokens } = browserProfile();
  {
    await using page = new Page(gateway.wsUrl, gateway.httpUrl, lifecycle, gateway.token);
    const { auth } = await page.hello();
    expect(auth?.scopes.toSorted()).toEqual(SCOPES);
    expect(await page.client.request("status", {})).toMatchObject({ channelSummary: [] });
    await until("the token to be kept", () => tokens.get("operator")?.token === auth?.deviceToken);
  }
  await using again = new Page(gateway.wsUrl, gateway.httpUrl, lifecycle);
  expect((await again.hello()).auth?.scopes.toSorted()).toEqual(SCOPES);
});

test("from a foreign origin it is refused with the code it knows", async () => {
  await using gateway = await spawnGateway();
  const { lifecycle, tokens } = browserProfile();
  await using page = new Page(gateway.wsUrl, "https://evil.example", lifecycle, gateway.token);
  const error = await until("the refusal", () => page.errors[0]);
  expect(error).toMatchObject({ details: { code: "CONTROL_UI_ORIGIN_NOT_ALLOWED" } });
  expect(tokens.size).toBe(0);
});

import { describe, expect, test } from "bun:test";
import {
  operatorConnect,
  RawSocket,
  spawnGateway,
  tempHome,
  until,
  WireClient,
  within,
} from "../../support/index.ts";
import { gatewayWith } from "./support/configured.ts";
import { attempt, connected, DeviceKey } from "./support/devices.ts";
import { type HeldGateway, holdGateway, whileIn } from "./support/in-process.ts";
import { tcp } from "./support/tcp.ts";

const SECRET = "correct horse battery staple";
const MB = 1024 * 1024;
/** What a socket has until its `connect`. */
const HANDSHAKE_MS = 15_000;

async function metric({ httpUrl }: { readonly httpUrl: string }, name: string): Promise<number> {
  const text = await (await fetch(`${httpUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1] ?? 0);
}

describe("C2: pages of other sites", () => {
  const modes: Readonly<Record<string, object>> = {
    token: { mode: "token", token: SECRET },
    password: { mode: "password", password: SECRET },
    none: { mode: "none" },
  };
  const foreign = [
    "https://evil.example",
    "null",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "https://evil.example:18789",
    "file://",
    "chrome-extension://abc",
  ];
  for (const [mode, auth] of Object.entries(modes)) {
    test(`mode ${mode}: a foreign origin never gets a session, not even with the right secret`, async () => {
      await using gateway = await gatewayWith(auth);
      for (const origin of foreign) {
        for (const client of [
          { id: "cli", mode: "cli" },
          { id: "gateway-client", mode: "backend" },
          { id: "webchat-ui", mode: "webchat" },
        ]) {
          const params = {
            ...operatorConnect(),
            client: { ...client, version: "1", platform: "linux" },
            auth: { token: SECRET, password: SECRET },
          };
          const { client: socket, answer } = await attempt(gateway, params, {
            headers: { origin },
            key: new DeviceKey(),
          });
          expect([origin, answer.error?.details?.["code"]]).toEqual([
            origin,
            "CONTROL_UI_ORIGIN_NOT_ALLOWED",
          ]);
          expect((await socket.closed).code).toBe(1008);
        }
      }
    });
  }
});

describe("C3: names that are not the gateway's", () => {
  const evil = { host: "evil.example" };
  const upgrade = {
    upgrade: "websocket",
    connection: "Upgrade",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    "sec-websocket-version": "13",
  };

  test("on a loopback bind they get 421, for pages and for sockets", async () => {
    await using gateway = await spawnGateway();
    for (const host of [
      "evil.example",
      "evil.example:18789",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
      "a.b:1@evil.example",
    ]) {
      for (const path of ["/", "/healthz", "/metrics", "/nothing"]) {
        const response = await fetch(`${gateway.httpUrl}${path}`, { headers: { host } });
        expect([host, response.status]).toEqual([host, 421]);
        const body: unknown = await response.json();
        expect(body).toEqual({ error: { message: expect.any(String), type: "misdirected_request" } });
      }
      const socket = await fetch(gateway.httpUrl, { headers: { host, ...upgrade } });
      expect([host, socket.status]).toEqual([host, 421]);
    }
    for (const host of ["127.0.0.1", "localhost:1", "[::1]", "my-mac.local", "gateway.tail1234.ts.net"]) {
      expect((await fetch(`${gateway.httpUrl}/healthz`, { headers: { host } })).status).toBe(200);
    }
  });

  test("a name the owner listed as an origin is the gateway's", async () => {
    await using gateway = await gatewayWith(
      { token: SECRET },
      { controlUi: { allowedOrigins: ["https://evil.example"] } },
    );
    expect((await fetch(`${gateway.httpUrl}/healthz`, { headers: evil })).status).toBe(200);
  });

  test("on a bind beyond loopback any name may be the gateway's", async () => {
    await using gateway = await spawnGateway({ args: ["--bind", "lan"] });
    expect((await fetch(`${gateway.httpUrl}/healthz`, { headers: evil })).status).toBe(200);
    await using raw = await RawSocket.open(gateway.port, { Host: "evil.example" });
    await until("the challenge", () => raw.text().includes("connect.challenge"));
  });
});

describe("C7: credentials that were replaced", () => {
  const NEW_SECRET = "another horse battery staple";
  /** In the gateway's own time: nothing that waits longer has a part in it. */
  const SOON_MS = 1_000;

  test("a new shared token closes every socket of the old one with 4001 within a second, the asking one after its answer", async () => {
    await using gateway = await holdGateway({ auth: { mode: "token", token: SECRET } });
    const auth = { token: SECRET };
    const bare = await connected(gateway, { ...operatorConnect(), auth });
    const device = await connected(gateway, { ...operatorConnect(), auth }, { key: new DeviceKey() });
    const asking = await connected(gateway, { ...operatorConnect(), auth });
    const { hash } = (await asking.call("config.get")) as { hash: string };
    const answer = asking.request("config.patch", {
      raw: JSON.stringify({ gateway: { auth: { token: NEW_SECRET } } }),
      baseHash: hash,
    });
    expect((await answer).ok).toBe(true);
    const closes = Promise.all([bare, device, asking].map((client) => client.closed));
    for (const close of await whileIn(gateway, SOON_MS, closes))
      expect(close).toEqual({ code: 4001, reason: "gateway auth changed" });
    const old = await whileIn(gateway, SOON_MS, attempt(gateway, { ...operatorConnect(), auth }));
    expect(old.answer.error?.details?.["code"]).toBe("AUTH_TOKEN_MISMATCH");
    await old.client.close();
    await using again = await connected(gateway, { ...operatorConnect(), auth: { token: NEW_SECRET } });
    expect((await again.request("health")).ok).toBe(true);
  });

  test("a rotated device token closes that device and nobody else, and the old token is worth nothing", async () => {
    await using gateway = await holdGateway({ auth: { mode: "token", token: SECRET } });
    const key = new DeviceKey();
    const other = await connected(
      gateway,
      { ...operatorConnect(), auth: { token: SECRET } },
      { key: new DeviceKey() },
    );
    const first = await attempt(gateway, { ...operatorConnect(), auth: { token: SECRET } }, { key });
    const { deviceToken } = (first.answer.payload as { auth: { deviceToken: string } }).auth;
    const params = { ...operatorConnect(), auth: { deviceToken } };
    const holder = await connected(gateway, params, { key });
    const rotated = await other.call("device.token.rotate", { deviceId: key.id, role: "operator" });
    expect(rotated).toMatchObject({ deviceId: key.id, tokenDelivery: "withheld-cross-device" });
    expect(rotated).not.toHaveProperty("token");
    const closes = Promise.all([first.client, holder].map((client) => client.closed));
    for (const close of await whileIn(gateway, SOON_MS, closes))
      expect(close).toEqual({ code: 4001, reason: "device removed" });
    expect((await other.request("health")).ok).toBe(true);
    const old = await whileIn(gateway, SOON_MS, attempt(gateway, params, { key }));
    expect(old.answer.error?.details?.["code"]).toBe("AUTH_DEVICE_TOKEN_MISMATCH");
    await old.client.close();
    await other.close();
  });

  test("a revoked device stays revoked after a restart of the process", async () => {
    await using home = await tempHome();
    const key = new DeviceKey();
    let deviceToken: string;
    {
      await using gateway = await spawnGateway({ home });
      const auth = { token: gateway.token };
      const { client, answer } = await attempt(gateway, { ...operatorConnect(), auth }, { key });
      ({ deviceToken } = (answer.payload as { auth: { deviceToken: string } }).auth);
      await using admin = await gateway.operator();
      await admin.call("device.token.revoke", { deviceId: key.id, role: "operator" });
      expect((await within("the close", client.closed)).code).toBe(4001);
    }
    await using gateway = await spawnGateway({ home });
    const { client, answer } = await attempt(
      gateway,
      { ...operatorConnect(), auth: { deviceToken } },
      { key },
    );
    expect(answer.ok).toBe(false);
    await client.close();
  });
});

describe("C18: many, slow and large", () => {
  test("1,000 sockets without hello from one address: 32 are let in, the rest get 503, and all are gone when their time is up", async () => {
    await using gateway = await holdGateway();
    await using healthy = await gateway.operator();
    expect(await flood(gateway, 1_000)).toEqual({ in: 32, refused: 968 });
    expect((await healthy.request("health")).ok).toBe(true);
    gateway.clock.advance(HANDSHAKE_MS - 1);
    expect(await flood(gateway, 1)).toEqual({ in: 0, refused: 1 });
    gateway.clock.advance(1);
    await until(
      "the strangers to be gone",
      async () => (await metric(gateway, "openclaw_connections")) === 1,
    );
    expect(await metric(gateway, "openclaw_connections_unauthenticated")).toBe(0);
    expect(await flood(gateway, 40)).toEqual({ in: 32, refused: 8 });
  }, 60_000);

  test("all addresses together have 1,024 sockets without hello", async () => {
    await using gateway = await holdGateway({ env: { OPENCLAW_MAX_PREAUTH_CONNECTIONS_PER_IP: "5000" } });
    await using healthy = await gateway.operator();
    expect(await flood(gateway, 1_100)).toEqual({ in: 1_024, refused: 76 });
    expect((await healthy.request("health")).ok).toBe(true);
  }, 60_000);

  test("a body over the limit is 413 before it is read", async () => {
    await using gateway = await spawnGateway();
    for (const path of ["/healthz", "/metrics", "/nothing"]) {
      const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${100 * MB}\r\n\r\n`;
      const peer = await tcp(gateway.port, head);
      await until("the answer", () => peer.text().includes("\r\n\r\n"));
      expect(peer.text()).toStartWith("HTTP/1.1 413");
      peer.end();
    }
  });

  test("a body that never ends is answered and not kept", async () => {
    await using gateway = await spawnGateway();
    const before = await metric(gateway, "openclaw_resident_memory_bytes");
    const peer = await tcp(
      gateway.port,
      "POST /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
    );
    const chunk = `${(65_536).toString(16)}\r\n${"x".repeat(65_536)}\r\n`;
    let closed = false;
    void peer.closed.then(() => (closed = true));
    for (let sent = 0; sent < 64 * MB && !closed; sent += 65_536) {
      peer.write(chunk);
      await Bun.sleep(0);
    }
    await until("the answer", () => peer.text().startsWith("HTTP/1.1 4"));
    expect((await metric(gateway, "openclaw_resident_memory_bytes")) - before).toBeLessThan(30 * MB);
    peer.end();
  });

  test("nesting of any depth is refused or ignored, never choked on", async () => {
    await using gateway = await spawnGateway();
    await using client = await gateway.operator();
    for (const depth of [1_000, 100_000]) {
      for (const deep of [
        "[".repeat(depth) + "]".repeat(depth),
        `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
      ]) {
        client.send(deep);
        expect((await client.response("invalid")).error?.message).toStartWith("invalid request frame: ");
        client.send(`{"type":"req","id":${deep},"method":"health"}`);
        expect((await client.response("invalid")).error?.message).toStartWith("invalid request frame: ");
        client.send(`{"type":"req","id":"p","method":"config.patch","params":${deep}}`);
        expect((await client.response("p")).error?.code).toBe("INVALID_REQUEST");
        const invoke = `{"nodeId":"n","command":"system.which","idempotencyKey":"${depth}","params":${deep}}`;
        client.send(`{"type":"req","id":"i","method":"node.invoke","params":${invoke}}`);
        expect((await client.response("i")).error?.message).not.toContain("internal error");
        expect((await client.request("health")).ok).toBe(true);
      }
    }
    expect(gateway.output()).not.toContain("Error: ");
  }, 60_000);

  test("a malformed upgrade is refused and leaves nothing behind", async () => {
    await using gateway = await spawnGateway();
    const broken = [
      "Upgrade: websocket\r\n",
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n",
      "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99\r\n",
    ];
    for (const headers of broken) {
      const peer = await tcp(gateway.port, `GET / HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`);
      await until("the answer", () => peer.text().includes("\r\n\r\n"));
      expect([headers, peer.text().slice(0, 12)]).toEqual([headers, "HTTP/1.1 400"]);
      peer.end();
    }
    expect(await metric(gateway, "openclaw_connections_unauthenticated")).toBe(0);
  });
});

/** Sockets that are opened at a time; each has to be upgraded before a test's patience ends, however busy the machine is. */
const FLOOD_AT_ONCE = 50;

/** Opens sockets that never say who they are; they are left to the gateway. */
async function flood({ wsUrl }: HeldGateway, count: number): Promise<{ in: number; refused: number }> {
  const outcomes = { in: 0, refused: 0 };
  const open = () =>
    WireClient.open(wsUrl).then(
      () => void (outcomes.in += 1),
      (error: unknown) => {
        if (!String(error).includes("cannot open")) throw error;
        outcomes.refused += 1;
      },
    );
  for (let left = count; left > 0; left -= FLOOD_AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(left, FLOOD_AT_ONCE) }, open));
  return outcomes;
}

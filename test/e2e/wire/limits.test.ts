import { describe, expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { spawnGateway, tempHome, until, WireClient, within } from "../../support/index.ts";
import { challenged } from "./support/framing.ts";
import { holdGateway } from "./support/in-process.ts";

describe("startup-and-limits, as recorded", () => {
  test("C18: socket 33 without hello from one address is refused with 503; one more fits when one is gone", async () => {
    await using gateway = await spawnGateway();
    await using helper = await gateway.operator();
    const waiting: WireClient[] = [];
    for (let n = 0; n < 32; n += 1) waiting.push(await challenged(gateway));
    const response = await fetch(gateway.httpUrl, {
      headers: {
        upgrade: "websocket",
        connection: "Upgrade",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        "sec-websocket-version": "13",
      },
    });
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toStartWith("text/plain");
    expect(await response.text()).toBe("Too many unauthenticated sockets");
    // Those that have said who they are do not count.
    expect((await helper.request("health")).ok).toBe(true);
    await waiting.pop()?.close();
    waiting.push(await challenged(gateway));
    for (const client of waiting) await client.close();
  });

  test("write 31 of one method within a minute is refused, and other methods and callers are not", async () => {
    await using gateway = await holdGateway();
    await using client = await gateway.operator();
    for (let n = 0; n < 30; n += 1) {
      const { error } = await client.request("config.patch", { raw: "{ not json" });
      expect(error?.code).toBe("INVALID_REQUEST");
    }
    const { error } = await client.request("config.patch", { raw: "{}" });
    expect<unknown>(error).toEqual({
      code: "UNAVAILABLE",
      message: "rate limit exceeded for config.patch; retry after 60s",
      retryable: true,
      retryAfterMs: 60_000,
      details: { method: "config.patch", limit: "30 per 60s" },
    });
    const other = await client.request("config.apply", { raw: "{ not json" });
    expect(other.error?.code).toBe("INVALID_REQUEST");
    await using neighbour = await gateway.operator();
    expect((await neighbour.request("config.patch", { raw: "{ not json" })).error?.code).toBe(
      "INVALID_REQUEST",
    );
  });

  test("the time for connect is set by OPENCLAW_HANDSHAKE_TIMEOUT_MS, and its end closes 1000", async () => {
    await using gateway = await spawnGateway({ env: { OPENCLAW_HANDSHAKE_TIMEOUT_MS: "50" } });
    await using client = await challenged(gateway);
    expect(await within("the close", client.closed)).toEqual({ code: 1000, reason: "" });
  });
});

/** A gateway with a secret that is only there once the file `go` exists, so that reading it takes as long as a test wants. */
async function slowGateway() {
  const home = await tempHome();
  const program = await home.write(
    "slow-secret",
    `#!/bin/sh\nwhile [ ! -e "${home.path}/go" ]; do sleep 0.02; done\necho '{"key":"value"}'\n`,
  );
  await chmod(program, 0o700);
  await home.write("go", "");
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    secrets: { providers: { slow: { source: "exec", command: program, jsonOnly: false } } },
    channels: { telegram: { botToken: { source: "exec", provider: "slow", id: "key" } } },
  });
  return { home, gateway: await spawnGateway({ home }) };
}

describe("while the gateway stops", () => {
  test("running requests end, new ones are UNAVAILABLE, connect is closed 1013, and all end with 1012", async () => {
    const slow = await slowGateway();
    await using home = slow.home;
    await using gateway = slow.gateway;
    await using client = await gateway.operator();
    const late = await WireClient.open(gateway.wsUrl);
    await Bun.file(home.at("go")).delete();
    const running = client.request("secrets.reload");
    await client.call("health");
    gateway.signal("SIGTERM");
    expect((await client.event("shutdown"))["payload"]).toEqual({ reason: "gateway stopping" });
    const { error } = await client.request("health");
    expect(error).toMatchObject({ code: "UNAVAILABLE", retryable: true });
    const answer = await late.connect({ auth: { token: gateway.token } });
    expect(answer.error).toMatchObject({
      code: "UNAVAILABLE",
      retryable: true,
      details: { method: "connect" },
    });
    expect(await within("the close", late.closed)).toEqual({
      code: 1013,
      reason: "gateway restart in progress",
    });
    const readiness = await fetch(`${gateway.httpUrl}/readyz`);
    expect(readiness.status).toBe(503);
    expect(await readiness.json()).toMatchObject({ ready: false, failing: ["gateway: stopping"] });
    await home.write("go", "");
    expect(typeof (await running).ok).toBe("boolean");
    expect(await within("the close", client.closed)).toEqual({ code: 1012, reason: "service restart" });
    expect(await within("the end", gateway.exited)).toBe(0);
  });
});

test("a restart tells clients how long it takes, closes 1012, and the same port answers again", async () => {
  await using gateway = await spawnGateway();
  const client = await gateway.operator();
  const hello = client.frames.find((frame) => frame["type"] === "res");
  await client.call("gateway.restart.request", { reason: "test" });
  expect((await client.event("shutdown"))["payload"]).toEqual({
    reason: "gateway restarting",
    restartExpectedMs: expect.any(Number),
  });
  expect(await client.closed).toEqual({ code: 1012, reason: "service restart" });
  const again = await until("the gateway to be back", () => gateway.operator().catch(() => undefined));
  const helloAgain = again.frames.find((frame) => frame["type"] === "res");
  expect(bootIdOf(helloAgain)).not.toBe(bootIdOf(hello));
  await again.close();
});

function bootIdOf(hello: unknown): unknown {
  return (hello as { payload: { server: { bootId: string } } }).payload.server.bootId;
}

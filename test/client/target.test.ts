import { expect, test } from "bun:test";
import {
  GatewayCredentialsRequiredError,
  resolveTarget,
  TargetError,
  type TargetSources,
} from "../../src/client/index.ts";

function target(sources: Partial<TargetSources>) {
  return resolveTarget({ flags: {}, env: {}, config: {}, defaultPort: 18_789, ...sources });
}

test("without any setting the target is the default port on the loopback", () => {
  expect(target({})).toEqual({
    url: "ws://127.0.0.1:18789",
    urlSource: "local loopback",
    loopback: true,
    implicitLocal: true,
    configuredLocal: false,
    auth: {},
  });
});

test("the port comes from --port, then the environment, then the config, then the profile", () => {
  const config = { port: 3 };
  expect(target({ flags: { port: 1 }, env: { port: 2 }, config }).url).toEndWith(":1");
  expect(target({ env: { port: 2 }, config }).url).toEndWith(":2");
  expect(target({ config }).url).toEndWith(":3");
  expect(target({ defaultPort: 19_001 }).url).toEndWith(":19001");
});

test("--url takes no credential but its own", () => {
  const rich = {
    env: { token: "env" },
    config: { token: "config", remote: { token: "remote" } },
    localToken: "local",
  };
  expect(() => target({ ...rich, flags: { url: "wss://gw.example" } })).toThrow(
    GatewayCredentialsRequiredError,
  );
  expect(() => target({ ...rich, flags: { url: "wss://gw.example" } })).toThrow(
    "gateway url override requires explicit credentials",
  );
  expect(target({ ...rich, flags: { url: "wss://gw.example", password: "mine" } })).toMatchObject({
    url: "wss://gw.example",
    urlSource: "cli --url",
    implicitLocal: false,
    auth: { password: "mine" },
  });
});

test("--url and --port exclude each other", () => {
  expect(() => target({ flags: { url: "ws://x", port: 1, token: "t" } })).toThrow(
    "Use either --url or --port",
  );
});

test("--port means this machine whatever the environment and the config say", () => {
  const elsewhere = {
    env: { url: "wss://env.example" },
    config: { mode: "remote", remote: { url: "wss://cfg.example" } },
  };
  expect(target({ ...elsewhere, flags: { port: 19_083 } })).toMatchObject({
    url: "ws://127.0.0.1:19083",
    urlSource: "cli --port",
  });
  expect(target(elsewhere)).toMatchObject({
    url: "wss://env.example",
    urlSource: "env OPENCLAW_GATEWAY_URL",
  });
});

test("remote mode goes to gateway.remote.url with its credential and pin", () => {
  const remote = { url: "https://gw.example/path", token: "r", tlsFingerprint: "ab" };
  expect(target({ config: { mode: "remote", token: "own", remote } })).toMatchObject({
    url: "wss://gw.example/path",
    urlSource: "config gateway.remote.url",
    auth: { token: "r" },
    tlsFingerprint: "ab",
  });
  expect(() => target({ config: { mode: "remote" } })).toThrow(TargetError);
});

test("a local gateway's own token is the last resort before the remote one", () => {
  expect(target({ localToken: "made" }).auth).toEqual({ token: "made" });
  expect(target({ localToken: "made", config: { token: "config" } }).auth).toEqual({ token: "config" });
  expect(target({ localToken: "made", env: { password: "env" } }).auth).toEqual({ password: "env" });
});

test("a gateway with TLS is asked over wss, pinned to its own certificate", () => {
  expect(target({ config: { tls: true }, localFingerprint: "cd" })).toMatchObject({
    url: "wss://127.0.0.1:18789",
    tlsFingerprint: "cd",
  });
});

test("an address that is no WebSocket address names where it came from", () => {
  expect(() => target({ flags: { url: "gw example", token: "t" } })).toThrow(
    "--url is not a WebSocket address",
  );
  expect(() => target({ env: { url: "ftp://x" } })).toThrow(
    "OPENCLAW_GATEWAY_URL is not a WebSocket address",
  );
});

test("a secret goes unencrypted over private networks only", () => {
  const to =
    (url: string, allowPlaintext = false) =>
    () =>
      target({ flags: { url, token: "t" }, allowPlaintext });
  for (const host of [
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.2",
    "100.64.1.1",
    "[fd00::1]",
    "nas",
    "box.local",
    "a.b.ts.net",
  ]) {
    expect(to(`ws://${host}:1`)().url).toBe(`ws://${host}:1`);
  }
  for (const host of [
    "gw.example",
    "8.8.8.8",
    "172.32.0.1",
    "100.128.0.1",
    "[2001:db8::1]",
    "evil.local.example",
  ]) {
    expect(to(`ws://${host}:1`)).toThrow("unencrypted");
  }
  expect(to("wss://gw.example")().url).toBe("wss://gw.example");
  expect(to("ws://gw.example:1", true)().url).toBe("ws://gw.example:1");
});

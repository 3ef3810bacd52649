import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import { connectGateway, type ConnectOptions } from "../../src/client/index.ts";
import { normalizeFingerprint } from "../../src/client/tls-pin.ts";
import { PATIENCE_MS } from "../support/index.ts";
import { fakeGateway } from "./fake-gateway.ts";

const fixture = (name: string) => Bun.file(join(import.meta.dir, "fixtures", name)).text();
const [cert, key] = await Promise.all([fixture("cert.pem"), fixture("key.pem")]);
const pin = new X509Certificate(cert).fingerprint256;

function options(url: string, tlsFingerprint?: string): ConnectOptions {
  return {
    url,
    client: { id: "cli", mode: "cli", version: "1.0.0", platform: "linux" },
    scopes: [],
    timeoutMs: PATIENCE_MS,
    ...(tlsFingerprint !== undefined && { tlsFingerprint }),
  };
}

test("a self-signed gateway is refused without a pin and taken with the right one", async () => {
  await using gateway = fakeGateway({ tls: { cert, key } });
  expect(await connectGateway(options(gateway.url)).catch(String)).toContain("not trusted");
  const client = await connectGateway(options(gateway.url, pin));
  expect(client.hello.type).toBe("hello-ok");
  await client.close();
});

test("another certificate than the pinned one is refused before anything is sent", async () => {
  await using gateway = fakeGateway({ tls: { cert, key } });
  const error = await connectGateway(options(gateway.url, "ab".repeat(32))).catch((e: unknown) => e);
  expect(error).toMatchObject({ kind: "closed", code: "TLS_FINGERPRINT_MISMATCH" });
  expect(gateway.requests).toEqual([]);
});

test("fingerprints are read in every common spelling", () => {
  const hex = "0a".repeat(32);
  for (const spelling of [hex, hex.toUpperCase(), `sha256:${hex}`, "0A:".repeat(32).slice(0, -1)]) {
    expect(normalizeFingerprint(spelling)).toBe(hex);
  }
  expect(normalizeFingerprint("0a0b")).toBeUndefined();
});

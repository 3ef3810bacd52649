import { expect, test } from "bun:test";
import { X509Certificate } from "node:crypto";
import { makeSelfSigned } from "../../../../src/gateway/start/tls/self-signed.ts";

/** The first bytes that chance gives, and zeros after them. */
const CHANCES = [
  [0x00],
  [0x00, 0x01],
  [0x00, 0x80],
  [0x01],
  [0x7f, 0xff],
  [0x80],
  [0xff, 0x80],
  [0xff, 0xff],
];

test.each(CHANCES.map((first) => [Buffer.from(first).toString("hex"), first] as const))(
  "a certificate can be read when the number that chance gives it begins with %s",
  (_, first) => {
    const random = (bytes: number) => Buffer.from([...first, ...Buffer.alloc(bytes - first.length)]);
    const { cert, key } = makeSelfSigned("gateway.example", 2, random);
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      tls: { cert, key },
      fetch: () => new Response(),
    });
    expect(server.port).toBeGreaterThan(0);
    expect(new X509Certificate(cert).serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
  },
);

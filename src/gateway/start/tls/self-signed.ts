import { generateKeyPairSync, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import forge from "node-forge";

/** Backdating, so that a client whose clock is a little behind accepts the certificate. */
const BACKDATE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Of a serial number: RFC 5280 wants at most 20, and those who hand out certificates are to use at least 8. */
const SERIAL_BYTES = 16;

/** Kinds of subject alternative name (RFC 5280, section 4.2.1.6). */
const DNS_NAME = 2;
const IP_ADDRESS = 7;

/** Makes a self-signed certificate for `hostname` and loopback, valid for `days`. Returns PEM texts. */
export function makeSelfSigned(
  hostname: string,
  days: number,
  random: (bytes: number) => Buffer = randomBytes,
): { cert: string; key: string } {
  // The engine's own key generation: the library's takes seconds.
  const { privateKey, publicKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const cert = forge.pki.createCertificate();
  const now = Date.now();
  cert.publicKey = forge.pki.publicKeyFromPem(publicKey);
  cert.serialNumber = serialOf(random(SERIAL_BYTES));
  cert.validity.notBefore = new Date(now - BACKDATE_MS);
  cert.validity.notAfter = new Date(now + days * DAY_MS);
  const name = [{ name: "commonName", value: hostname }];
  cert.setSubject(name);
  cert.setIssuer(name);
  cert.setExtensions([
    { name: "basicConstraints", cA: false },
    { name: "keyUsage", digitalSignature: true, keyEncipherment: true },
    { name: "extKeyUsage", serverAuth: true },
    { name: "subjectAltName", altNames: [hostname, "localhost", "127.0.0.1", "::1"].map(altName) },
  ]);
  cert.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(cert), key: privateKey };
}

/** A positive number that begins with no zero: readers refuse a certificate in which it is written with more bytes than it needs. */
function serialOf(bytes: Buffer): string {
  const [first = 0, ...rest] = bytes;
  return Buffer.from([(first & 0x3f) | 0x40, ...rest]).toString("hex");
}

function altName(value: string): { type: number; value?: string; ip?: string } {
  return isIP(value) === 0 ? { type: DNS_NAME, value } : { type: IP_ADDRESS, ip: value };
}

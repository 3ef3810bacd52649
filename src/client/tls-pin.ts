import { connect, type DetailedPeerCertificate, type PeerCertificate, rootCertificates } from "node:tls";
import { GatewayTransportError } from "./errors.ts";

/** TLS settings under which a WebSocket accepts exactly the pinned certificate. */
export interface PinnedTls {
  readonly ca: string[];
  checkServerIdentity(host: string, certificate: { fingerprint256?: string }): Error | undefined;
}

/** Reduces `sha256:AB:CD…`, `AB:CD…` or `abcd…` to 64 lowercase hex characters; `undefined` when it is none of them. */
export function normalizeFingerprint(text: string): string | undefined {
  const hex = text
    .trim()
    .replace(/^sha-?256[:=]/i, "")
    .replaceAll(/[:\s]/g, "")
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : undefined;
}

/**
 * Fetches the certificate of `url`, checks it against the pin, and returns settings that hold the real connection
 * to it: the presented chain becomes trusted, and the fingerprint is checked again on that connection.
 */
export async function pinnedTls(url: string, fingerprint: string, timeoutMs: number): Promise<PinnedTls> {
  const wanted = normalizeFingerprint(fingerprint);
  if (wanted === undefined)
    throw new GatewayTransportError("closed", "The TLS fingerprint is not a SHA-256 fingerprint.");
  const chain = await presentedChain(new URL(url), timeoutMs);
  const mismatch = (): GatewayTransportError =>
    new GatewayTransportError(
      "closed",
      "The gateway's TLS certificate does not match the pinned fingerprint.",
      {
        code: "TLS_FINGERPRINT_MISMATCH",
      },
    );
  const first = chain[0];
  if (first === undefined || normalizeFingerprint(first.fingerprint256) !== wanted) throw mismatch();
  return {
    ca: [...chain.map(toPem), ...rootCertificates],
    checkServerIdentity: (_host, certificate) =>
      normalizeFingerprint(certificate.fingerprint256 ?? "") === wanted ? undefined : mismatch(),
  };
}

function presentedChain(url: URL, timeoutMs: number): Promise<PeerCertificate[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: url.port === "" ? 443 : Number(url.port),
      // The pin, not the certificate authorities, decides; nothing is sent over this socket.
      rejectUnauthorized: false,
      timeout: timeoutMs,
    });
    socket.once("secureConnect", () => {
      resolve(chainOf(socket.getPeerCertificate(true)));
      socket.destroy();
    });
    socket.once("timeout", () => {
      socket.destroy();
      reject(
        new GatewayTransportError("timeout", `No TLS handshake from ${url.host} within ${timeoutMs} ms.`),
      );
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        new GatewayTransportError("unreachable", error.message, {
          ...(error.code !== undefined && { code: error.code }),
        }),
      );
    });
  });
}

function chainOf(leaf: DetailedPeerCertificate): PeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = leaf;
  while (next?.raw !== undefined && !chain.some((seen) => seen.fingerprint256 === next?.fingerprint256)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

function toPem(certificate: PeerCertificate): string {
  const lines = certificate.raw.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

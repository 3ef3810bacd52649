import { isIP } from "node:net";
import { isLoopback, isPrivateAddress } from "./addresses.ts";

/** What the origin rule depends on. */
export interface OriginRules {
  readonly allowedOrigins: readonly string[];
  readonly allowHostHeaderFallback: boolean;
}

export type OriginVerdict =
  | { readonly ok: true; readonly by: "allowlist" | "host-header" | "same-origin" | "loopback" }
  | { readonly ok: false; readonly reason: "origin not allowed" | "origin missing or invalid" };

/**
 * Whether a page of this origin may talk to the gateway: a listed one; one this gateway itself serves under a name that
 * cannot be rebound (loopback, private address, `.local`, `.ts.net`); or any page of this host for a direct local caller.
 */
export function judgeOrigin(
  origin: string | undefined,
  host: string | undefined,
  directLocal: boolean,
  rules: OriginRules,
): OriginVerdict {
  const page = parseOrigin(origin);
  if (page === undefined) return { ok: false, reason: "origin missing or invalid" };
  const allowed = rules.allowedOrigins.map((entry) => entry.trim().toLowerCase().replace(/\/$/, ""));
  if (allowed.includes("*") || allowed.includes(page.origin)) return { ok: true, by: "allowlist" };
  const sameHost = hostOf(host, page.protocol) === page.host;
  if (sameHost && rules.allowHostHeaderFallback) return { ok: true, by: "host-header" };
  if (sameHost && isOwnName(page.hostname, directLocal)) return { ok: true, by: "same-origin" };
  if (directLocal && isLoopbackName(page.hostname)) return { ok: true, by: "loopback" };
  return { ok: false, reason: "origin not allowed" };
}

/** The spelling of an origin that keys its limits; undefined when it is not one. */
export function canonicalOrigin(origin: string | undefined): string | undefined {
  return parseOrigin(origin)?.origin;
}

interface Page {
  /** Lower case, without a trailing slash. */
  readonly origin: string;
  readonly protocol: string;
  readonly host: string;
  readonly hostname: string;
}

function parseOrigin(text: string | undefined): Page | undefined {
  const origin = (text ?? "").trim().toLowerCase();
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#\\@\s]+\/?$/.test(origin) || !URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  if (url.host === "") return undefined;
  return {
    origin: `${url.protocol}//${url.host}`,
    protocol: url.protocol,
    host: url.host,
    hostname: url.hostname,
  };
}

/** The `Host` header as a URL of this scheme would spell it. */
function hostOf(host: string | undefined, protocol: string): string | undefined {
  return parseOrigin(`${protocol}//${host ?? ""}`)?.host;
}

function isOwnName(hostname: string, directLocal: boolean): boolean {
  if (isLoopbackName(hostname)) return directLocal;
  const address = unbracketed(hostname);
  if (isIP(address) !== 0) return isPrivateAddress(address);
  return hostname.endsWith(".local") || hostname.endsWith(".ts.net");
}

function isLoopbackName(hostname: string): boolean {
  return hostname === "localhost" || isLoopback(unbracketed(hostname));
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

import { isIP } from "node:net";
import { canonicalOrigin, type PeerFacts } from "../auth/index.ts";
import { errorResponse } from "./responses.ts";

/** Suffixes that no public name server answers for, or that only the owner's own network does. */
const LOCAL_SUFFIXES = [".localhost", ".local", ".lan", ".home.arpa", ".internal", ".ts.net"] as const;

/** A name as it came may be as long as a head; a person needs its beginning. */
const MAX_NAMED_CHARS = 100;

/**
 * A web page can point a name of its own at this machine and then talk to the gateway as if it were the same site
 * (DNS rebinding). It cannot do that with an address or a local name, so only those, and names the owner listed, are
 * answered. Returns the refusal, or `undefined` when the host is fine.
 */
export function hostRefusal(peer: PeerFacts, knownHosts: readonly string[]): Response | undefined {
  if (peer.host === undefined) return undefined;
  const name = hostName(peer.host);
  if (name !== undefined && isAcceptable(name, knownHosts)) return undefined;
  return errorResponse(
    421,
    "misdirected_request",
    `This gateway does not answer for the host "${peer.host.slice(0, MAX_NAMED_CHARS)}". Use its address, or add the ` +
      `origin "${originToAllow(peer.host, peer.origin)}" to gateway.controlUi.allowedOrigins.`,
  );
}

/** What a person has to allow: the page's own origin, or where none of that host was told, the one it has behind TLS. */
function originToAllow(host: string, origin: string | undefined): string {
  const page = canonicalOrigin(origin);
  const isOfHost = page !== undefined && URL.parse(page)?.hostname === hostName(host);
  return (isOfHost ? page : `https://${host}`).slice(0, MAX_NAMED_CHARS);
}

function isAcceptable(name: string, knownHosts: readonly string[]): boolean {
  if (name === "localhost" || isIP(name) !== 0 || !name.includes(".")) return true;
  return LOCAL_SUFFIXES.some((suffix) => name.endsWith(suffix)) || knownHosts.includes(name);
}

/** The name in a `Host` header, lower case, without port, brackets and trailing dot. */
export function hostName(host: string): string | undefined {
  const url = URL.parse(`http://${host}`);
  if (!url) return undefined;
  return url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

/** Names the owner listed, as origins of browsers. */
export function knownHosts({ allowedOrigins }: { readonly allowedOrigins: readonly string[] }): string[] {
  return allowedOrigins.flatMap((origin) => URL.parse(origin)?.hostname.toLowerCase() ?? []);
}

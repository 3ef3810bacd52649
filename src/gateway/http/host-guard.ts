import { isIP } from "node:net";
import type { PeerFacts } from "../auth/index.ts";
import { errorResponse } from "./responses.ts";

/** Suffixes that no public name server answers for, or that only the owner's own network does. */
const LOCAL_SUFFIXES = [".localhost", ".local", ".lan", ".home.arpa", ".internal", ".ts.net"] as const;

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
    `This gateway does not answer for the host "${peer.host.slice(0, 100)}". Use its address, or add the origin to gateway.controlUi.allowedOrigins.`,
  );
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

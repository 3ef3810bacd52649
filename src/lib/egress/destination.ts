import { lookup } from "node:dns/promises";
import { addressBytes, nonPublicKind } from "./addresses.ts";
import { EgressError } from "./errors.ts";

/** All addresses of a host name, best first. Rejects when it has none. */
export type Resolver = (host: string) => Promise<readonly string[]>;

/** The operating system's answer in this order, or its own. */
export function resolverIn(order: "ipv4first" | "verbatim"): Resolver {
  return async (host) => (await lookup(host, { all: true, order })).map((entry) => entry.address);
}

/** IPv4 first: a pinned address has no second family to fall back to at once. */
export const systemResolver: Resolver = resolverIn("ipv4first");

/** Names that mean this machine or its network whatever a resolver says. */
const INSIDE_NAMES = /(?:^|\.)(?:localhost|local|internal|intranet|lan|home\.arpa|metadata)$/;

/** Checks what can be told from the URL alone. @throws EgressError `refused` */
export function checkUrl(url: URL): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new EgressError("refused", `${url.protocol} addresses are not fetched, only http: and https:`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new EgressError("refused", "an address with a user name or password in it is not fetched");
  }
}

/** The host of a URL without brackets and trailing dot, lower case. */
export function hostOf(url: URL): string {
  return url.hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/(?<!\.)\.+$/, "");
}

/**
 * The addresses to connect to for a public URL. All of them must be public: a name that also leads inside is refused.
 * @throws EgressError `refused` or `unresolved`
 */
export async function publicAddresses(url: URL, resolve: Resolver): Promise<readonly string[]> {
  const host = hostOf(url);
  const literal = addressBytes(host) !== undefined;
  if (host === "" || (!literal && INSIDE_NAMES.test(host))) throw insideError(host, "local name");
  const addresses = literal ? [host] : await resolved(host, resolve);
  for (const address of addresses) {
    const kind = nonPublicKind(address);
    if (kind !== undefined) throw insideError(host, literal ? kind : `${kind}: ${address}`);
  }
  return addresses;
}

async function resolved(host: string, resolve: Resolver): Promise<readonly string[]> {
  let addresses: readonly string[];
  try {
    addresses = await resolve(host);
  } catch (error) {
    throw new EgressError("unresolved", `no address found for ${host}`, { cause: error });
  }
  if (addresses.length === 0) throw new EgressError("unresolved", `no address found for ${host}`);
  return addresses;
}

function insideError(host: string, kind: string): EgressError {
  return new EgressError("refused", `${host || "an empty host"} is not on the public internet (${kind})`);
}

/** True when a URL names this machine or a private network by its host alone, without asking a resolver. */
export function isInsideUrl(url: URL): boolean {
  const host = hostOf(url);
  return addressBytes(host) === undefined ? INSIDE_NAMES.test(host) : nonPublicKind(host) !== undefined;
}

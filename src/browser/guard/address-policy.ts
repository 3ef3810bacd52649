import type { OpenClawConfig } from "../../config/index.ts";
import { isInCidr, isInsideUrl, nonPublicKind, type Resolver, resolverIn } from "../../lib/egress/index.ts";
import { BrowserError } from "../errors.ts";

type Rules = NonNullable<NonNullable<OpenClawConfig["browser"]>["ssrfPolicy"]>;

const UNIQUE_LOCAL = "fc00::/7";
const BENCHMARKING = "198.18.0.0/15";

/**
 * Where pages may come from: the public internet, and what `browser.ssrfPolicy` allows besides. Names are judged by every
 * address they have, so that none can lead inside.
 */
export class AddressPolicy {
  constructor(
    private readonly rules: Rules | undefined,
    private readonly resolve: Resolver = resolverIn("ipv4first"),
  ) {}

  /** True when private networks are allowed as a whole. */
  get allowsPrivateNetwork(): boolean {
    return this.rules?.dangerouslyAllowPrivateNetwork === true;
  }

  /** Judges an address a page is to be loaded from. @throws BrowserError 400 or 403 `navigation_blocked` */
  async check(address: string): Promise<void> {
    const url = URL.parse(address);
    if (!url) throw new BrowserError(400, "The address cannot be read; it begins with http:// or https://.");
    if (url.href === "about:blank") return;
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw blocked(`${url.protocol} addresses are not opened, only http: and https:`);
    }
    await this.addresses(url.hostname);
  }

  /** The addresses a host may be reached at. @throws BrowserError 403 `navigation_blocked`, 503 for a name without any */
  async addresses(hostname: string): Promise<readonly string[]> {
    const host = hostname
      .toLowerCase()
      .replace(/^\[|\]$/g, "")
      .replace(/(?<!\.)\.+$/, "");
    if (matches(host, this.rules?.blockedHostnames))
      throw blocked(`${host} is in browser.ssrfPolicy.blockedHostnames`);
    const url = URL.parse(`http://${host.includes(":") ? `[${host}]` : host}/`);
    if (!url) throw blocked(`${host} is no host name`);
    const trusted = this.allowsPrivateNetwork || matches(host, this.rules?.allowedHostnames);
    if (!trusted && nonPublicKind(host) === "unreadable" && isInsideUrl(url)) {
      throw inside(`${host} is a name of this machine or its network`);
    }
    const found = nonPublicKind(host) === "unreadable" ? await this.#lookUp(host) : [host];
    if (trusted) return found;
    for (const address of found) {
      const kind = nonPublicKind(address);
      if (kind !== undefined && !this.#isExempt(address)) {
        throw inside(`${host} is not on the public internet (${kind})`);
      }
    }
    return found;
  }

  #isExempt(address: string): boolean {
    const { allowRfc2544BenchmarkRange, allowIpv6UniqueLocalRange } = this.rules ?? {};
    return (
      (allowRfc2544BenchmarkRange === true && isInCidr(address, BENCHMARKING)) ||
      (allowIpv6UniqueLocalRange === true && isInCidr(address, UNIQUE_LOCAL))
    );
  }

  async #lookUp(host: string): Promise<readonly string[]> {
    const found = await this.resolve(host).catch(() => []);
    if (found.length === 0) throw new BrowserError(503, `No address was found for ${host}.`);
    return found;
  }
}

function blocked(why: string): BrowserError {
  return new BrowserError(403, `Navigation blocked by policy: ${why}.`, { reason: "navigation_blocked" });
}

/** What the configuration could allow. */
function inside(why: string): BrowserError {
  return blocked(`${why}. What may be opened besides is in browser.ssrfPolicy`);
}

/** A host of a list: by its name, or below one that begins with `*.`. */
function matches(host: string, list: readonly string[] | undefined): boolean {
  return (list ?? []).some((entry) => {
    const wanted = entry.trim().toLowerCase().replace(/\.+$/, "");
    return wanted.startsWith("*.") ? host.endsWith(wanted.slice(1)) : host === wanted.replace(/^\[|\]$/g, "");
  });
}

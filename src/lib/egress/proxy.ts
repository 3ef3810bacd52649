import { addressBytes, isInCidr } from "./addresses.ts";

/** Proxies by scheme of the target, and the hosts that need none. */
export interface ProxySettings {
  readonly http?: string;
  readonly https?: string;
  readonly noProxy: readonly string[];
}

/**
 * Reads `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` (either case) out of the given variables; `OPENCLAW_PROXY_URL`
 * stands in where none of the first three names a proxy, since services seldom inherit them.
 */
export function proxyFromEnv(raw: Readonly<Record<string, string>>): ProxySettings | undefined {
  const read = (name: string) => raw[name.toLowerCase()] ?? raw[name];
  const usable = (value: string | undefined) => (value !== undefined && isHttpUrl(value) ? value : undefined);
  const named = ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"].some((name) => usable(read(name)) !== undefined);
  const all = named ? usable(read("ALL_PROXY")) : usable(raw["OPENCLAW_PROXY_URL"]);
  // An upper-case HTTP_PROXY can come from a request's `Proxy:` header under CGI; this program is no CGI.
  const http = usable(read("HTTP_PROXY")) ?? all;
  const https = usable(read("HTTPS_PROXY")) ?? all;
  if (http === undefined && https === undefined) return undefined;
  const noProxy = (read("NO_PROXY") ?? "").split(/[\s,]+/).filter((entry) => entry !== "");
  return { ...(http && { http }), ...(https && { https }), noProxy };
}

/** The proxy a request to `url` goes through; undefined for none. */
export function proxyFor(url: URL, settings: ProxySettings | undefined): string | undefined {
  const proxy = url.protocol === "https:" ? settings?.https : settings?.http;
  if (settings === undefined || proxy === undefined) return undefined;
  return settings.noProxy.some((entry) => bypasses(entry, url)) ? undefined : proxy;
}

function bypasses(entry: string, url: URL): boolean {
  if (entry === "*") return true;
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const bare = entry.toLowerCase().replace(/^\[|\]$/g, "");
  if (addressBytes(host) !== undefined) return isInCidr(host, bare);
  const [, name = bare, port] = /^([^:]+):(\d+)$/.exec(bare) ?? [];
  if (port !== undefined && port !== (url.port || (url.protocol === "https:" ? "443" : "80"))) return false;
  const suffix = name.replace(/^\*?\./, "");
  return host === suffix || host.endsWith(`.${suffix}`);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

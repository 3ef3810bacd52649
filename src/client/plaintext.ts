/** True for the names and addresses of this machine's loopback. */
export function isLoopbackHost(host: string): boolean {
  const bare = bareHost(host);
  return bare === "localhost" || bare === "::1" || /^127(\.\d{1,3}){3}$/.test(bare);
}

/**
 * True for hosts that a secret may be sent to without TLS: loopback, private and link-local networks, Tailscale, and
 * names that only a local network resolves. Anything else passes machines of strangers.
 */
export function allowsPlaintext(host: string): boolean {
  const bare = bareHost(host);
  if (isLoopbackHost(bare)) return true;
  if (bare.includes(":")) return /^(?:fe[89ab]|f[cd])/.test(bare);
  const address = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(bare);
  if (address) return isPrivateIpv4(Number(address[1]), Number(address[2]));
  return !bare.includes(".") || bare.endsWith(".local") || bare.endsWith(".ts.net");
}

/** RFC 1918, link-local, and the range Tailscale gives out. */
function isPrivateIpv4(first: number, second: number): boolean {
  return (
    first === 10 ||
    (first === 172 && second >= 16 && second <= 31) ||
    (first === 192 && second === 168) ||
    (first === 169 && second === 254) ||
    (first === 100 && second >= 64 && second <= 127)
  );
}

function bareHost(host: string): string {
  return host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
}

import { isIPv4, isIPv6 } from "node:net";

interface Range {
  readonly bytes: Uint8Array;
  readonly bits: number;
  readonly kind: string;
}

/** IPv4 ranges that are not the public internet (IANA special-purpose registry), and what they are. */
const SPECIAL_V4: readonly (readonly [string, string])[] = [
  ["0.0.0.0/8", "this network"],
  ["10.0.0.0/8", "private"],
  ["100.64.0.0/10", "carrier-grade NAT"],
  ["127.0.0.0/8", "loopback"],
  ["168.63.129.16/32", "cloud metadata"],
  ["169.254.0.0/16", "link-local"],
  ["172.16.0.0/12", "private"],
  ["192.0.0.0/24", "reserved"],
  ["192.0.2.0/24", "documentation"],
  ["192.88.99.0/24", "6to4 relay"],
  ["192.168.0.0/16", "private"],
  ["198.18.0.0/15", "benchmarking"],
  ["198.51.100.0/24", "documentation"],
  ["203.0.113.0/24", "documentation"],
  ["224.0.0.0/4", "multicast"],
  ["240.0.0.0/4", "reserved"],
];

/** The only IPv6 range with public addresses. */
const GLOBAL_V6 = range("2000::/3", "global");

/** Ranges inside the global one that lead elsewhere. */
const SPECIAL_V6: readonly (readonly [string, string])[] = [
  ["2001::/23", "tunnel or reserved"],
  ["2001:db8::/32", "documentation"],
  ["2002::/16", "6to4 tunnel"],
  ["3fff::/20", "documentation"],
];

/** IPv4 behind a translator: judged by the address inside. */
const NAT64 = range("64:ff9b::/96", "NAT64");

const REFUSED_V4 = SPECIAL_V4.map(([cidr, kind]) => range(cidr, kind));
const REFUSED_V6 = SPECIAL_V6.map(([cidr, kind]) => range(cidr, kind));

/** Why an address is not on the public internet (`loopback`, `private` …); undefined when it is. Anything unreadable is not. */
export function nonPublicKind(address: string): string | undefined {
  const bytes = addressBytes(address);
  if (bytes === undefined) return "unreadable";
  if (bytes.length === 4) return REFUSED_V4.find((one) => isInside(bytes, one))?.kind;
  if (isInside(bytes, NAT64)) return nonPublicKind(bytes.subarray(12).join("."));
  if (!isInside(bytes, GLOBAL_V6)) return "not global";
  return REFUSED_V6.find((one) => isInside(bytes, one))?.kind;
}

/** True when `address` lies in `cidr` (`10.0.0.0/8`, `fd00::/8`, or a single address). False when either is unreadable. */
export function isInCidr(address: string, cidr: string): boolean {
  const bytes = addressBytes(address);
  const slash = cidr.lastIndexOf("/");
  const base = addressBytes(slash < 0 ? cidr : cidr.slice(0, slash));
  if (bytes === undefined || base === undefined) return false;
  const bits = slash < 0 ? base.length * 8 : Number(cidr.slice(slash + 1));
  return Number.isInteger(bits) && isInside(bytes, { bytes: base, bits, kind: "" });
}

/** The 4 or 16 bytes of an address as text; undefined when it is none. A zone makes it none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  return isIPv6(text) && !text.includes("%") ? ipv6Bytes(text) : undefined;
}

function ipv6Bytes(text: string): Uint8Array {
  const hex = text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a, b, c, d] = parts.slice(0, 4).map(Number);
    return `${(((a ?? 0) << 8) | (b ?? 0)).toString(16)}:${(((c ?? 0) << 8) | (d ?? 0)).toString(16)}`;
  });
  const [before = [], after = []] = hex.split("::").map((side) =>
    side
      .split(":")
      .filter((group) => group !== "")
      .flatMap((group) => {
        const value = Number.parseInt(group, 16);
        return [value >> 8, value & 0xff];
      }),
  );
  const bytes = new Uint8Array(16);
  bytes.set(before);
  bytes.set(after, 16 - after.length);
  return bytes;
}

function isInside(bytes: Uint8Array, { bytes: base, bits }: Range): boolean {
  if (bytes.length !== base.length || bits < 0 || bits > base.length * 8) return false;
  const whole = bits >> 3;
  for (let at = 0; at < whole; at++) if (bytes[at] !== base[at]) return false;
  const left = bits & 7;
  if (left === 0) return true;
  const mask = 0xff << (8 - left);
  return ((bytes[whole] ?? 0) & mask) === ((base[whole] ?? 0) & mask);
}

function range(cidr: string, kind: string): Range {
  const slash = cidr.lastIndexOf("/");
  const bytes = addressBytes(cidr.slice(0, slash));
  if (bytes === undefined) throw new Error(`${cidr} is no address range`);
  return { bytes, bits: Number(cidr.slice(slash + 1)), kind };
}

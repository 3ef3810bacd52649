import { isIPv4, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";

/** The bytes of an address: 4 for IPv4 (also when written as IPv4-mapped IPv6), 16 for IPv6; undefined when it is none. */
export function addressBytes(text: string): Uint8Array | undefined {
  if (isIPv4(text)) return Uint8Array.from(text.split("."), Number);
  const plain = text.split("%", 1)[0] ?? "";
  if (!isIPv6(plain)) return undefined;
  const bytes = ipv6Bytes(plain);
  return isMapped(bytes) ? bytes.subarray(12) : bytes;
}

/** One spelling for each address: no zone, no mapped form, IPv6 lower case as its eight groups; undefined when it is none. */
export function plainAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const bytes = addressBytes(text);
  if (bytes === undefined) return undefined;
  if (bytes.length === 4) return bytes.join(".");
  return Array.from({ length: 8 }, (_, group) => groupAt(bytes, group).toString(16)).join(":");
}

/** True for 127.0.0.0/8 and ::1, in any spelling. */
export function isLoopback(text: string): boolean {
  if (text === "127.0.0.1" || text === "::1") return true;
  const bytes = addressBytes(text);
  if (bytes === undefined) return false;
  return bytes.length === 4 ? bytes[0] === 127 : bytes.every((byte, at) => byte === (at === 15 ? 1 : 0));
}

const PRIVATE_RANGES: readonly string[] = [
  "127.0.0.0/8",
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "169.254.0.0/16",
  // Shared address space (RFC 6598); tailnets live here.
  "100.64.0.0/10",
  "::1/128",
  "fc00::/7",
  "fe80::/10",
];

/** True for loopback, private, link-local and shared (tailnet) addresses. */
export function isPrivateAddress(text: string): boolean {
  return privateRanges.has(text);
}

interface Range {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

/** A set of addresses and CIDR ranges; entries that are neither match nothing. */
export class AddressRanges {
  readonly #ranges: readonly Range[];

  constructor(entries: readonly string[]) {
    this.#ranges = entries.map(parseRange).filter((range) => range !== undefined);
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  has(address: string): boolean {
    if (this.isEmpty) return false;
    const bytes = addressBytes(address);
    return bytes !== undefined && this.#ranges.some((range) => isInside(bytes, range));
  }
}

const privateRanges = new AddressRanges(PRIVATE_RANGES);

/** Addresses of this host's own interfaces. */
export function interfaceAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(
    (entries) => entries?.map((entry) => entry.address) ?? [],
  );
}

function parseRange(entry: string): Range | undefined {
  const [address = "", prefix, ...rest] = entry.trim().split("/");
  const bytes = addressBytes(address);
  if (bytes === undefined || rest.length > 0) return undefined;
  const full = bytes.length * 8;
  if (prefix === undefined) return { bytes, bits: full };
  if (!/^\d{1,3}$/.test(prefix)) return undefined;
  // A range written in mapped form counts the 96 leading bits of the mapping.
  const bits = bytes.length === 4 && address.includes(":") ? Number(prefix) - 96 : Number(prefix);
  return bits >= 0 && bits <= full ? { bytes, bits } : undefined;
}

function isInside(address: Uint8Array, { bytes, bits }: Range): boolean {
  if (address.length !== bytes.length) return false;
  for (let at = 0, left = bits; left > 0; at += 1, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if (((address[at] ?? 0) & mask) !== ((bytes[at] ?? 0) & mask)) return false;
  }
  return true;
}

function ipv6Bytes(text: string): Uint8Array {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex = dotted ? `${dotted[1]}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}` : text;
  const [head = "", tail] = hex.split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap: string[] = Array.from({ length: 8 - left.length - right.length }, () => "0");
  const groups = tail === undefined ? left : [...left, ...gap, ...right];
  return Uint8Array.from(
    groups.flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}

function pair(high: string | undefined, low: string | undefined): string {
  return ((Number(high) << 8) | Number(low)).toString(16);
}

function isMapped(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
}

function groupAt(bytes: Uint8Array, group: number): number {
  return ((bytes[group * 2] ?? 0) << 8) | (bytes[group * 2 + 1] ?? 0);
}

import { expect, test } from "bun:test";
import fc from "fast-check";
import { isInCidr, nonPublicKind } from "../../../src/lib/egress/index.ts";

const octet = fc.integer({ min: 0, max: 255 });
const quad = fc.tuple(octet, octet, octet, octet);

test("public addresses of both families are public", () => {
  for (const address of [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.216.34",
    "2606:4700::1111",
    "2a00:1450:4001:830::200e",
  ]) {
    expect([address, nonPublicKind(address)]).toEqual([address, undefined]);
  }
});

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "100.127.255.255",
  "100.100.100.200",
  "127.0.0.1",
  "127.255.255.254",
  "168.63.129.16",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.168.1.1",
  "198.18.0.1",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::127.0.0.1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::ffff:7f00:1",
  "64:ff9b::127.0.0.1",
  "64:ff9b::a9fe:a9fe",
  "64:ff9b:1::1",
  "100::1",
  "2001::1",
  "2001:db8::1",
  "2002:7f00:1::",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "fec0::1",
  "ff02::1",
  "nonsense",
  "",
])("%s is not public", (address) => {
  expect(nonPublicKind(address)).toBeString();
});

test("an address inside 10/8, 127/8 or 192.168/16 is never public, plain, mapped or translated", () => {
  const inside = fc.oneof(
    quad.map(([, b, c, d]) => [10, b, c, d]),
    quad.map(([, b, c, d]) => [127, b, c, d]),
    quad.map(([, , c, d]) => [192, 168, c, d]),
  );
  fc.assert(
    fc.property(inside, (parts) => {
      const dotted = parts.join(".");
      for (const form of [
        dotted,
        `::ffff:${dotted}`,
        `64:ff9b::${dotted}`,
        `2002:${hex(parts)}::1`,
        `::${dotted}`,
      ]) {
        expect(nonPublicKind(form)).toBeString();
      }
    }),
  );
});

test("an IPv6 address is judged the same in every spelling", () => {
  const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, (parts) => {
      const long = parts.map((part) => part.toString(16).padStart(4, "0")).join(":");
      const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
      expect(nonPublicKind(short)).toBe(nonPublicKind(long));
      expect(isInCidr(short, `${long}/128`)).toBe(true);
    }),
  );
});

test("a block holds exactly the addresses that share its prefix", () => {
  fc.assert(
    fc.property(quad, quad, fc.integer({ min: 0, max: 32 }), (a, b, bits) => {
      const bitsOf = (parts: number[]) => parts.map((part) => part.toString(2).padStart(8, "0")).join("");
      const same = bitsOf(a).slice(0, bits) === bitsOf(b).slice(0, bits);
      expect(isInCidr(a.join("."), `${b.join(".")}/${bits}`)).toBe(same);
    }),
  );
});

function hex(parts: readonly number[]): string {
  const two = parts.map((part) => part.toString(16).padStart(2, "0"));
  return `${two[0]}${two[1]}:${two[2]}${two[3]}`;
}

import { expect, test } from "bun:test";
import { portClients } from "../../src/lib/port-owner.ts";

/** What `lsof` says of port 18789: the gateway's ends, a program with two connections, others that are not here. */
const SAID = `p10
R1
copenclaw
Lann
n127.0.0.1:18789->127.0.0.1:50001
n[::1]:18789->[::1]:50002
p20
R2
cpanel
Lann
n127.0.0.1:50001->127.0.0.1:18789
n[::1]:50002->[::1]:18789
p30
R3
cbrowser
Lann
n192.168.1.5:50003->203.0.113.7:18789
p40
R4
cscript
Lbo
n192.168.1.5:50004->192.168.1.5:18789
`;
const HERE = ["127.0.0.1", "::1", "192.168.1.5"];

test("programs of this machine that are connected are found, once for each connection, and the gateway's own ends are not", async () => {
  const found = await portClients(18_789, HERE, async () => ({ stdout: SAID, exitCode: 0 }));
  expect(found?.map(({ pid, command, address }) => [pid, command, address])).toEqual([
    [20, "panel", "127.0.0.1:50001->127.0.0.1:18789"],
    [20, "panel", "[::1]:50002->[::1]:18789"],
    [40, "script", "192.168.1.5:50004->192.168.1.5:18789"],
  ]);
});

test("only established connections of that port are asked for, and nobody knows without lsof", async () => {
  const asked: (readonly string[])[] = [];
  const run = async (command: string, args: readonly string[]) => {
    asked.push([command, ...args]);
    return undefined;
  };
  expect(await portClients(19_001, HERE, run)).toBeUndefined();
  expect(asked).toEqual([["lsof", "-nP", "-iTCP:19001", "-sTCP:ESTABLISHED", "-FpRcLn"]]);
});

test("nobody is connected when lsof finds nobody, which it calls a failure", async () => {
  expect(await portClients(18_789, HERE, async () => ({ stdout: "", exitCode: 1 }))).toEqual([]);
});

import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  DANGEROUS_COMMANDS,
  NODE_HOST_COMMANDS,
  PLATFORM_COMMANDS,
  PRIVATE_COMMANDS,
  scopesToApprove,
  scopesToInvoke,
} from "../../src/nodes/commands.ts";
import { platformOf } from "../../src/nodes/platform.ts";
import { type Claim, effective, offerable, refusal, tidySurface } from "../../src/nodes/policy.ts";

const none = { allow: [], deny: [] };
const linux = { platform: "linux", deviceFamily: "Linux" };
const iphone = { platform: "ios 18.0", deviceFamily: "iPhone" };

function claim(identity: Claim["identity"], commands: string[], caps: string[] = []): Claim {
  return { identity, declared: { commands, caps } };
}

describe("platform", () => {
  test.each([
    ["ios 18.0", "iPhone", "ios"],
    ["ios", undefined, "ios"],
    ["ipados 17.4.1", "iPad", "ios"],
    ["android 14 (sdk 34)", "Android", "android"],
    ["macos 15.1", "Mac", "macos"],
    ["watchos 11.0", "Apple Watch", "watchos"],
    ["linux", "Linux", "linux"],
    ["", "iPhone 17", "ios"],
    ["linux", "iPhone", "unknown"],
    ["linux", undefined, "unknown"],
    ["ios 18.0", "Mac", "unknown"],
    ["plan9", "Linux", "unknown"],
    ["ｌinux", "Linux", "linux"],
  ])("%p of family %p is %p", (platform, deviceFamily, expected) => {
    expect(platformOf({ platform, ...(deviceFamily !== undefined && { deviceFamily }) })).toBe(
      expected as "ios",
    );
  });
});

test("no platform offers a dangerous or a private command by default", () => {
  const defaults = Object.values(PLATFORM_COMMANDS).flat();
  for (const command of [...DANGEROUS_COMMANDS, ...PRIVATE_COMMANDS]) expect(defaults).not.toContain(command);
});

test("a dangerous command needs its exact name in the allow list, and deny wins", () => {
  const phone = claim(iphone, ["camera.snap", "camera.clip", "location.get"], ["camera", "location"]);
  expect(offerable(phone, none)).toEqual({ commands: ["location.get"], caps: ["location"] });
  const opened = offerable(phone, { allow: ["camera.snap", "camera.*"], deny: [] });
  expect(opened).toEqual({ commands: ["camera.snap", "location.get"], caps: ["camera", "location"] });
  const denied = offerable(phone, { allow: ["camera.snap"], deny: ["camera.snap", "location.get"] });
  expect(denied).toEqual({ commands: [], caps: [] });
});

test("a capability stays while one of its commands does, and an unknown one always", () => {
  const phone = claim(iphone, ["camera.list", "camera.snap"], ["camera", "voice"]);
  expect(offerable(phone, none).caps).toEqual(["camera", "voice"]);
});

test("node-host commands are a desktop's, as far as they were approved", () => {
  expect(offerable(claim(linux, ["system.run"]), none).commands).toEqual(["system.run"]);
  expect(offerable(claim(iphone, ["system.run"]), none).commands).toEqual([]);
  const host = claim(linux, ["system.run", "system.which"]);
  const approved = { caps: [], commands: ["system.which"] };
  expect(effective(host, approved, none).commands).toEqual(["system.which"]);
  expect(refusal("system.run", host, approved, none)?.reason).toBe("command not allowlisted");
});

test("no configuration opens a private command", () => {
  const rules = { allow: [...PRIVATE_COMMANDS], deny: [] };
  expect(
    offerable({ identity: linux, declared: { caps: [], commands: [...PRIVATE_COMMANDS] } }, rules).commands,
  ).toBeEmpty();
});

test("nothing is in force before the first approval", () => {
  expect(effective(claim(linux, ["system.notify"], ["system"]), undefined, none)).toEqual({
    caps: [],
    commands: [],
  });
});

test("a permission is in force when node and approval agree, and off when the node says so", () => {
  const host: Claim = {
    identity: linux,
    declared: { caps: [], commands: [], permissions: { camera: true, screen: false, location: true } },
  };
  const approved = { caps: [], commands: [], permissions: { camera: true, screen: true } };
  expect(effective(host, approved, none).permissions).toEqual({ camera: true, screen: false });
});

test("a refusal tells the way out", () => {
  const host = claim(linux, ["system.which"]);
  const approved = { caps: [], commands: ["system.which"] };
  const why = (command: string, rules = none, of = approved, from = host) =>
    refusal(command, from, of, rules)?.message;
  expect(why("sms.send")).toBe(
    'node command not allowed: "sms.send" requires explicit gateway.nodes.commands.allow opt-in',
  );
  expect(why("system.notify")).toBe(
    'node command not allowed: the node (platform: linux) does not support "system.notify"',
  );
  expect(why("talk.ptt.start")).toBe(
    'node command not allowed: "talk.ptt.start" requires a trusted Talk-capable node',
  );
  expect(why("foo.bar")).toBe(
    'node command not allowed: "foo.bar" is not in the allowlist for platform "linux"',
  );
  const rules = { allow: [], deny: ["system.which"] } as unknown as typeof none;
  expect(why("system.which", rules)).toBe(
    'node command not allowed: "system.which" is blocked by gateway.nodes.commands.deny',
  );
  const bare = { caps: [], commands: [] };
  expect(why("system.notify", none, bare, claim(linux, ["system.notify"]))).toContain(
    "openclaw nodes approve",
  );
  expect(why("system.notify", none, bare, claim(linux, []))).toContain(
    "did not declare any supported commands",
  );
  expect(why("system.which")).toBeUndefined();
});

test("scopes follow the most powerful command", () => {
  expect(scopesToApprove([])).toEqual(["operator.pairing"]);
  expect(scopesToApprove(["system.notify"])).toEqual(["operator.pairing", "operator.write"]);
  for (const command of ["system.run", "browser.proxy", "fs.listDir", "system.execApprovals.set"]) {
    expect(scopesToApprove(["system.notify", command])).toEqual(["operator.pairing", "operator.admin"]);
  }
  expect(scopesToInvoke("system.run")).toEqual(["operator.write"]);
  for (const command of ["browser.proxy", "browser.proxy.upload.v1", "fs.listDir", "terminal.upload"]) {
    expect(scopesToInvoke(command)).toEqual(["operator.admin"]);
  }
});

test("whatever is declared, approved and configured, only the intersection is in force", () => {
  const command = fc.constantFrom(
    ...DANGEROUS_COMMANDS,
    ...NODE_HOST_COMMANDS,
    ...PRIVATE_COMMANDS,
    "system.notify",
    "canvas.present",
    "__proto__",
    "x",
  );
  const commands = fc.array(command, { maxLength: 12 });
  const identity = fc.constantFrom(linux, iphone, { platform: "macos", deviceFamily: "Mac" }, {});
  fc.assert(
    fc.property(identity, commands, commands, commands, commands, (who, declared, approved, allow, deny) => {
      const surface = tidySurface({ caps: ["camera", "constructor"], commands: declared });
      const now = effective(
        { identity: who, declared: surface },
        { caps: [], commands: approved },
        { allow, deny },
      );
      for (const name of now.commands) {
        expect(declared).toContain(name);
        expect(approved).toContain(name);
        expect(deny).not.toContain(name);
        expect(PRIVATE_COMMANDS).not.toContain(name);
        if (DANGEROUS_COMMANDS.includes(name)) expect(allow).toContain(name);
      }
    }),
  );
});

test("a declaration is bounded, whatever its size", () => {
  const commands = Array.from({ length: 5_000 }, (_, index) => `c.${index}`);
  const tidy = tidySurface({ commands: ["  a.b ", "a.b", "", "x".repeat(500), ...commands] });
  expect(tidy.commands.length).toBeLessThanOrEqual(512);
  expect(tidy.commands.slice(0, 2)).toEqual(["a.b", "c.0"]);
});

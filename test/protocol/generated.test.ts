import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { protocolDocument } from "../../build/protocol/document.ts";
import { limitsIn } from "../../build/protocol/markdown.ts";
import { memberNameOf, typeNameOf } from "../../build/protocol/names.ts";
import { swiftModels } from "../../build/protocol/swift.ts";
import { EVENTS, METHODS } from "../../src/protocol/index.ts";

const ROOT = join(import.meta.dir, "..", "..");

async function check(...args: string[]): Promise<{ exitCode: number; complaint: string }> {
  const run = Bun.spawn([process.execPath, join(ROOT, "build", "protocol-gen.ts"), "--check", ...args], {
    stdout: "ignore",
    stderr: "pipe",
  });
  const [exitCode, complaint] = await Promise.all([run.exited, run.stderr.text()]);
  return { exitCode, complaint };
}

describe("generated files", () => {
  test("the JSON Schema and the reference page are up to date", async () => {
    expect(await check()).toEqual({ exitCode: 0, complaint: "" });
  });

  test("the Swift models are up to date", async () => {
    expect(await check("--swift")).toEqual({ exitCode: 0, complaint: "" });
  });

  test("the page has every method, event and limit", async () => {
    const page = await Bun.file(join(ROOT, "docs", "reference", "protocol.md")).text();
    for (const { name } of [...METHODS, ...EVENTS]) expect(page).toContain(`\`${name}\``);
    const limits = limitsIn(await Bun.file(join(ROOT, "src", "protocol", "limits.ts")).text());
    expect(limits.length).toBeGreaterThan(5);
    for (const { name } of limits) expect(page).toContain(`\`${name}\``);
  });
});

describe("names", () => {
  test("wire names become type and member names", () => {
    expect(typeNameOf("device.pair.setupCode")).toBe("DevicePairSetupCode");
    expect(typeNameOf("last-heartbeat")).toBe("LastHeartbeat");
    expect(memberNameOf("event_loop_delay")).toBe("eventLoopDelay");
    expect(memberNameOf("location.request")).toBe("locationRequest");
  });
});

describe("the Swift models", () => {
  const document = protocolDocument();
  const source = swiftModels(document);
  const lines = source.split("\n");
  const declared = [...source.matchAll(/^public (?:struct|enum|typealias) (\w+)/gm)].map(
    ([, name = ""]) => name,
  );

  test("close every brace, bracket and parenthesis they open", () => {
    const bare = source.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').replaceAll(/\/\/.*$/gm, "");
    const open: string[] = [];
    const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
    for (const char of bare) {
      if ("([{".includes(char)) open.push(char);
      else if (char in closing) expect(open.pop()).toBe(closing[char] as string);
    }
    expect(open).toEqual([]);
  });

  test("declare each type once, and every definition", () => {
    expect(new Set(declared).size).toBe(declared.length);
    for (const name of Object.keys(document.definitions)) expect(declared).toContain(name);
  });

  test("use only types that are declared or Swift's own", () => {
    const known = new Set([...declared, "String", "Bool", "Int64", "Double"]);
    const fields = lines.flatMap((line) => /^ {4}public var \S+: (.+)$/.exec(line)?.[1] ?? []);
    const aliases = lines.flatMap((line) => /^public typealias \w+ = (.+)$/.exec(line)?.[1] ?? []);
    expect(fields.length).toBeGreaterThan(200);
    for (const type of [...fields, ...aliases]) {
      for (const [name] of type.matchAll(/\w+/g)) expect(known).toContain(name);
    }
  });

  test("give every struct a public initialiser that sets every field", () => {
    for (const [, body = ""] of source.matchAll(/^public struct \w+: [^{]+\{\n(.*?)^\}/gms)) {
      const fields = [...body.matchAll(/^ {4}public var (\S+):/gm)].map(([, name = ""]) => name);
      const set = [...body.matchAll(/^ {8}self\.(\S+) = (\S+)$/gm)].map(([, name = ""]) => name);
      expect(set).toEqual(fields);
      expect(body).toContain("public init(");
    }
  });

  test("name every wire name that is not a Swift name", () => {
    expect(source).toContain('case `protocol` = "protocol"');
    expect(source).toContain('case eventLoopDelay = "event_loop_delay"');
    expect(source).toContain('case devicePairSetupCode = "device.pair.setupCode"');
  });
});

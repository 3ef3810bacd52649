import { describe, expect, test } from "bun:test";
import { KindGuard, type TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import Ajv from "ajv";
import { configJsonSchema, configSchema, NOT_YET, SECTIONS } from "../../../src/config/schema/index.ts";
import { isKnownKey, knownKeysBelow } from "../../../src/config/schema/known-keys.ts";
import { literalsOf } from "../../../src/config/schema/reader/index.ts";
import { childrenOf, schemaAt, visitKeys } from "../../../src/config/schema/walk.ts";
import { resolveDefaults, validateConfig } from "../../../src/config/validate.ts";

interface Key {
  readonly path: string;
  readonly schema: TSchema;
}

const KEYS: Key[] = [];
visitKeys(configSchema(), (pattern, { schema }) => KEYS.push({ path: pattern.join("."), schema }));

/** A configuration that holds `value` at `path`, `x` standing for names and lists of one for indexes. */
function holding(path: string, value: unknown): unknown {
  const steps = path.split(".");
  const build = (schema: TSchema, index: number): unknown => {
    const step = steps[index];
    if (step === undefined) return value;
    const child = childrenOf(schema).find(({ key }) => key === step);
    if (!child) throw new Error(`no key ${path}`);
    const inner = build(child.schema, index + 1);
    if (step !== "*") return { [step]: inner };
    const isList =
      KindGuard.IsArray(schema) || (KindGuard.IsUnion(schema) && schema.anyOf.some(KindGuard.IsArray));
    return isList ? [inner] : { x: inner };
  };
  return build(configSchema(), 0);
}

/** What both lists say about `path`, names in place of `*`. */
function findingsAt(path: string, value: unknown) {
  const { issues, warnings } = validateConfig(holding(path, value));
  return [...issues, ...warnings];
}

describe("every key", () => {
  test("has a title and a description that is a sentence", () => {
    const named = KEYS.filter(({ path }) => !path.endsWith("*"));
    expect(named.length).toBeGreaterThan(500);
    for (const { path, schema } of named) {
      expect({ path, title: typeof schema.title }).toEqual({ path, title: "string" });
      expect(`${path}: ${schema.description ?? ""}`).toMatch(/: .+\.$/);
    }
  });

  test("has a default that its own schema takes", () => {
    for (const { path, schema } of KEYS) {
      if (!("default" in schema) || KindGuard.IsObject(schema)) continue;
      expect({ path, fits: Value.Check(schema, schema.default) }).toEqual({ path, fits: true });
    }
    expect(Value.Check(configSchema(), resolveDefaults())).toBe(true);
  });

  test("that is a choice lists what it may be when it is something else", () => {
    let choices = 0;
    for (const { path, schema } of KEYS) {
      const literals = KindGuard.IsUnion(schema) ? literalsOf(schema.anyOf) : undefined;
      if (!literals || path.endsWith(".source") || path.includes("secrets.providers")) continue;
      choices += 1;
      const found = findingsAt(path, "certainly-not-allowed").filter(({ allowedValues }) => allowedValues);
      expect({ path, allowed: found[0]?.allowedValues }).toEqual({ path, allowed: literals });
      for (const literal of literals) expect(found[0]?.message).toContain(JSON.stringify(literal));
    }
    expect(choices).toBeGreaterThan(80);
  });

  test("is found again when one letter is missing", () => {
    for (const { path } of KEYS) {
      const steps = path.split(".");
      const last = steps.at(-1) ?? "";
      if (last.length < 5 || last === "*" || steps.length > 3 || steps.includes("*")) continue;
      const parent = steps.slice(0, -1).join(".");
      const above = schemaAt(configSchema(), steps.slice(0, -1))?.schema ?? configSchema();
      if (!KindGuard.IsObject(above)) continue;
      const siblings = new Set(Object.keys(above.properties));
      const typo = last.slice(0, 2) + last.slice(3);
      if (siblings.has(typo)) continue;
      const value = parent === "" ? { [typo]: 1 } : holding(parent, { [typo]: 1 });
      const { issues, warnings } = validateConfig(value);
      const unknown = [...issues, ...warnings].find(({ kind }) => kind === "unknown-key");
      expect({ path, key: unknown?.key, parent: unknown?.path }).toEqual({ path, key: typo, parent });
      expect(unknown?.suggestion).toBeDefined();
    }
  });
});

describe("known keys", () => {
  test("are keys the schema does not have, below objects it has", () => {
    const parents = ["gateway", "agents.defaults", "agents.entries.*", "channels", "secrets", "tools.exec"];
    for (const parent of parents) {
      const keys = knownKeysBelow(parent);
      expect(keys.length).toBeGreaterThan(0);
      for (const key of keys) {
        const found = schemaAt(configSchema(), [...parent.split("."), key]);
        expect({ parent, key, ours: found !== undefined }).toEqual({ parent, key, ours: false });
      }
    }
    expect(isKnownKey("gateway", "portals")).toBe(true);
    expect(isKnownKey("gateway", "porta")).toBe(false);
    expect(isKnownKey("gateway", "constructor")).toBe(false);
  });

  test("a row of the not-yet table names a key of the schema, a known key or a root key", () => {
    for (const { prefix } of NOT_YET) {
      const steps = prefix.split(".");
      const known = steps.length === 1 || schemaAt(configSchema(), steps) !== undefined;
      expect({ prefix, known }).toEqual({ prefix, known: true });
    }
    expect(new Set(NOT_YET.map(({ prefix }) => prefix)).size).toBe(NOT_YET.length);
  });
});

describe("the schema document", () => {
  const { schema, uiHints, version } = configJsonSchema("1.2.3");

  test("is draft 7, names its version, and AJV compiles it", () => {
    expect(version).toBe("1.2.3");
    expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
    expect(schema).toMatchObject({
      type: "object",
      additionalProperties: false,
      title: "OpenClawConfig",
      properties: {
        gateway: { properties: { port: { type: "integer", minimum: 1, maximum: 65_535, default: 18_789 } } },
        plugins: { description: "Known, not supported by this version: ignored." },
      },
    });
    const check = new Ajv({ strict: false }).compile(schema);
    expect(check({})).toBe(true);
    expect(check({ gateway: { mode: "local", auth: { token: "x" } }, plugins: {} })).toBe(true);
    expect(check({ gateway: { prot: 1 } })).toBe(false);
  });

  test("asks for no key that has a default", () => {
    expect(JSON.stringify(schema)).not.toContain('"required":["port"');
    expect(schema.required).toBeUndefined();
  });

  test("holds no keyword of ours", () => {
    expect(JSON.stringify(schema)).not.toContain('"x-');
  });

  test("has a hint with label and help for every key, in order and with a heading for sections", () => {
    for (const { path } of KEYS) {
      if (path.endsWith("*")) continue;
      expect(uiHints[path]?.label ?? path).not.toBe("");
      expect(uiHints[path]?.help).toBeDefined();
    }
    expect(uiHints["gateway.auth.token"]).toMatchObject({
      label: "Gateway token",
      sensitive: true,
      advanced: false,
    });
    expect(uiHints["channels.telegram.accounts.*.botToken"]?.sensitive).toBe(true);
    const orders = Object.keys(SECTIONS).map((name) => uiHints[name]?.order ?? 0);
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    expect(uiHints.gateway?.group).toBe("Gateway");
  });
});

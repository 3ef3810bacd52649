import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  type ConfigPath,
  isObject,
  readTree,
  rewriteJson5,
  sameValue,
  valueAt,
  withoutValue,
  withValue,
} from "../../../src/config/document/index.ts";

const COMMENTED = `// head
{
  // about the gateway
  gateway: {
    port: 18789, // the port
    bind: 'loopback', /* keep */
    auth: { mode: "token", token: "x" },
  },
  "logging": { level: "info" } // last
}
// foot
`;

function set(text: string, path: ConfigPath, value: unknown): string {
  return rewriteJson5(text, withValue(Bun.JSON5.parse(text), path, value)).text;
}

function unset(text: string, path: ConfigPath): string {
  return rewriteJson5(text, withoutValue(Bun.JSON5.parse(text), path)).text;
}

test("a scalar is replaced in place and nothing else moves", () => {
  expect(set(COMMENTED, ["gateway", "port"], 19001)).toBe(COMMENTED.replace("18789", "19001"));
});

test("an equal value leaves every byte alone", () => {
  const text = "{a:0x10,/*c*/b:+1.50,}";
  expect(set(text, ["a"], 16)).toBe(text);
});

test("a new key goes after the last one, in the style of its neighbours", () => {
  expect(set(COMMENTED, ["gateway", "mode"], "local")).toBe(
    COMMENTED.replace(
      '    auth: { mode: "token", token: "x" },\n',
      '    auth: { mode: "token", token: "x" },\n    mode: "local",\n',
    ),
  );
  expect(set(COMMENTED, ["ui"], { a: [1, 2] })).toBe(
    COMMENTED.replace(
      '"logging": { level: "info" } // last\n',
      '"logging": { level: "info" }, // last\n  ui: {\n    a: [1, 2]\n  }\n',
    ),
  );
});

test("a removed key takes its line and its comma along, and no comment", () => {
  expect(unset(COMMENTED, ["gateway", "port"])).toBe(COMMENTED.replace("port: 18789, ", ""));
  expect(unset(COMMENTED, ["gateway", "auth"])).toBe(
    COMMENTED.replace('    auth: { mode: "token", token: "x" },\n', ""),
  );
  expect(unset(COMMENTED, ["logging"])).toContain("  }\n  // last\n}");
});

test("strict JSON stays strict JSON", () => {
  const text = '{\n  "a": 1,\n  "b": 2\n}\n';
  expect(unset(text, ["b"])).toBe('{\n  "a": 1\n}\n');
  expect(set(text, ["c"], { d: 1 })).toBe('{\n  "a": 1,\n  "b": 2,\n  "c": {\n    "d": 1\n  }\n}\n');
  expect(set("{}", ["a", "b"], 1)).toBe('{\n  "a": {\n    "b": 1\n  }\n}');
});

test("lists keep what stays, whatever is dropped or added", () => {
  const text = "{\n  a: [\n    1, // one\n    2, // two\n    3 // three\n  ]\n}";
  expect(set(text, ["a"], [1, 3])).toBe("{\n  a: [\n    1, // one\n    // two\n    3 // three\n  ]\n}");
  expect(set(text, ["a"], [1, 2, 3, 4])).toContain("3, // three\n    4\n");
});

test("of a key that is there twice, the last counts and both can be removed", () => {
  expect(set("{a: 1, a: 2}", ["a"], 3)).toBe("{a: 1, a: 3}");
  expect(Bun.JSON5.parse(unset("{a: 1, a: 2}", ["a"]))).toEqual({});
});

test("a key called __proto__ is a key like any other", () => {
  const text = set('{"a": 1}', ["__proto__"], { x: 1 });
  expect(Object.hasOwn(Bun.JSON5.parse(text) as object, "__proto__")).toBe(true);
  expect(Object.hasOwn({}, "x")).toBe(false);
});

const key = fc.constantFrom("a", "b", "c", "port", "some-key", "ünï", "0");
const scalar = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: "grapheme", maxLength: 8 }),
  fc.constantFrom("//", "/*", "*/", "}", "'", '"', "\u2028"),
);
const { value: plainValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));
const plainObject = fc.dictionary(key, plainValue, { maxKeys: 5 });

/** Writes a value as JSON5 with numbered comments, random quotes, commas and line breaks. */
function decorate(value: unknown, pick: (max: number) => number): { text: string; comments: string[] } {
  const comments: string[] = [];
  const gap = (): string => {
    const choice = pick(9);
    if (choice < 4) return "";
    if (choice < 6) return " ";
    if (choice === 6) return "\n  ";
    const comment = choice === 7 ? `/* c${comments.length}. */` : `// c${comments.length}.`;
    comments.push(comment);
    return choice === 7 ? comment : ` ${comment}\n`;
  };
  const quoted = (text: string) =>
    pick(2) === 0 && !/['\\\n\r\u2028\u2029]/.test(text) ? `'${text}'` : JSON.stringify(text);
  const list = (open: string, parts: string[], close: string) =>
    open + parts.join(",") + (parts.length > 0 && pick(2) === 0 ? `,${gap()}` : "") + close;
  const write = (item: unknown): string => {
    if (Array.isArray(item))
      return list(
        "[",
        item.map((part) => gap() + write(part) + gap()),
        `${gap()}]`,
      );
    if (isObject(item)) {
      const parts = Object.entries(item).map(([name, part]) => {
        const label = pick(2) === 0 && /^[a-z]+$/.test(name) ? name : quoted(name);
        return `${gap()}${label}${gap()}:${gap()}${write(part)}${gap()}`;
      });
      return list("{", parts, `${gap()}}`);
    }
    return typeof item === "string" ? quoted(item) : JSON.stringify(item);
  };
  return { text: gap() + write(value) + gap(), comments };
}

/** Comments that stand outside everything the target replaces or removes, read off the tree. */
function commentsThatMustStay(text: string, comments: string[], target: unknown): string[] {
  const lost: [number, number][] = [];
  const visit = (node: ReturnType<typeof readTree>, before: unknown, after: unknown): void => {
    if (sameValue(before, after)) return;
    if (node.kind === "object" && isObject(before) && isObject(after)) {
      for (const member of node.members) {
        if (!Object.hasOwn(after, member.key)) lost.push([member.keyStart, member.value.end]);
        else visit(member.value, before[member.key], after[member.key]);
      }
    } else lost.push([node.start, node.end]);
  };
  visit(readTree(text), Bun.JSON5.parse(text), target);
  return comments.filter((comment) => {
    const at = text.indexOf(comment);
    return !lost.some(([start, end]) => at >= start && at < end);
  });
}

test("random edits of random commented documents give the right value and keep every comment", () => {
  fc.assert(
    fc.property(
      plainObject,
      plainObject,
      fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      (value, patch, dice) => {
        let roll = 0;
        const { text, comments } = decorate(value, (max) => (dice[roll++ % dice.length] ?? 0) % max);
        expect(sameValue(Bun.JSON5.parse(text), value)).toBe(true);
        const target: Record<string, unknown> = { ...value, ...patch };
        for (const name of Object.keys(target))
          if ((dice[roll++ % dice.length] ?? 0) % 4 === 0) delete target[name];
        const result = rewriteJson5(text, target);
        expect(result.kept).toBe(true);
        expect(sameValue(Bun.JSON5.parse(result.text), target)).toBe(true);
        for (const comment of commentsThatMustStay(text, comments, target))
          expect(result.text).toContain(comment);
      },
    ),
    { numRuns: 1500, includeErrorInReport: true },
  );
});

test("random paths set and unset deep inside keep the rest byte for byte parseable", () => {
  fc.assert(
    fc.property(
      plainObject,
      fc.array(key, { minLength: 1, maxLength: 4 }),
      plainValue,
      fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
      (value, path, leaf, dice) => {
        let roll = 0;
        const { text } = decorate(value, (max) => (dice[roll++ % dice.length] ?? 0) % max);
        if (path.some((_, depth) => Array.isArray(valueAt(value, path.slice(0, depth))))) return;
        const result = rewriteJson5(text, withValue(value, path, leaf));
        expect(result.kept).toBe(true);
        expect(sameValue(valueAt(Bun.JSON5.parse(result.text), path), leaf)).toBe(true);
        const removed = rewriteJson5(result.text, withoutValue(Bun.JSON5.parse(result.text), path));
        expect(removed.kept).toBe(true);
        expect(valueAt(Bun.JSON5.parse(removed.text), path)).toBeUndefined();
      },
    ),
    { numRuns: 800 },
  );
});

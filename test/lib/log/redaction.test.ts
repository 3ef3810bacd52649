import { expect, test } from "bun:test";
import fc from "fast-check";
import { createLogging } from "../../../src/lib/log/index.ts";
import { secretRegistry } from "../../../src/lib/redact.ts";
import { setClock } from "../../store/clock.ts";
import { memoryOutput } from "./memory.ts";

/** Everything a reader of the parsed line could find, keys included. */
function strings(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [String(value)];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...strings(inner)]);
}

function loggedWith(
  secrets: ReturnType<typeof secretRegistry>,
  message: string,
  fields: Record<string, unknown>,
) {
  const output = memoryOutput();
  const logging = createLogging({
    clock: setClock(),
    secrets,
    output,
    settings: { consoleStyle: "json", consoleLevel: "trace" },
  });
  logging.log.child("test").info(message, fields);
  return output.lines()[0] ?? "";
}

const secret = fc
  .string({ minLength: 8, maxLength: 60, unit: "grapheme" })
  .filter((text) => text.length >= 8);

test("a registered secret never comes out of a record, whatever JSON it is inside", () => {
  fc.assert(
    fc.property(
      secret,
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom("value", "key", "message", "json", "error", "long", "number"),
      fc.string(),
      (value, shape, place, around) => {
        const secrets = secretRegistry();
        secrets.add(value);
        const text = around + value + around;
        const inside: Record<string, unknown> = {
          value: { shape, list: [shape, text] },
          key: { [text]: shape },
          message: shape,
          json: JSON.stringify({ shape, text: JSON.stringify({ text }) }),
          error: new Error(text, { cause: { text } }),
          long: "x".repeat(8_192 - (value.length >> 1)) + text,
          number: shape,
        };
        const line = loggedWith(secrets, place === "message" ? text : "m", { field: inside[place] });
        for (const found of strings(JSON.parse(line))) expect(found.includes(value)).toBe(false);
      },
    ),
    { numRuns: 300 },
  );
});

test("a secret made of digits is hidden where it is a number", () => {
  const secrets = secretRegistry();
  secrets.add("987654321");
  expect(loggedWith(secrets, "m", { pin: 987654321, port: 18789 })).toContain('"pin":"***","port":18789');
});

test("a field whose name says secret is hidden whatever it looks like", () => {
  const line = loggedWith(secretRegistry(), "m", {
    auth: { token: "x", apiKey: "y", Authorization: "z", mode: "token" },
  });
  expect(JSON.parse(line).fields).toEqual({
    auth: { token: "***", apiKey: "***", Authorization: "***", mode: "token" },
  });
});

test("half a secret at the cut of a long text does not come out either", () => {
  const secrets = secretRegistry();
  const value = "0123456789".repeat(30);
  secrets.add(value);
  for (const at of [8_100, 8_191, 12_200, 12_287]) {
    const line = loggedWith(secrets, "x".repeat(at) + value + "y".repeat(20_000), {});
    expect(line).not.toContain(value.slice(6, 40));
  }
});

test("fields that cannot be JSON are told as well as they can be, and never throw", () => {
  const ring: Record<string, unknown> = {};
  ring["self"] = ring;
  const trap = new Proxy(
    {},
    {
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  const line = loggedWith(secretRegistry(), "m", {
    ring,
    trap,
    big: 12n,
    bytes: new Uint8Array(3),
    map: new Map([["a", 1]]),
    when: new Date(0),
    never: new Date(Number.NaN),
    nan: Number.NaN,
    call: () => 1,
    many: Array.from({ length: 150 }, (_, i) => i),
    half: "\ud800",
  });
  expect(JSON.parse(line).fields).toMatchObject({
    ring: { self: "[circular]" },
    trap: "[unreadable]",
    big: "12",
    bytes: "[3 bytes]",
    map: [["a", 1]],
    when: "1970-01-01T00:00:00.000Z",
    never: "[no date]",
    nan: "NaN",
    call: "[function]",
  });
  expect(JSON.parse(line).fields.many.at(-1)).toBe("[50 more]");
});

test("a record that is too large keeps its message and loses its fields", () => {
  const fields = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${i}`, "x".repeat(5_000)]));
  const line = loggedWith(secretRegistry(), "kept", fields);
  expect(JSON.parse(line)).toMatchObject({
    message: "kept",
    fieldsDropped: expect.stringContaining("characters"),
  });
});

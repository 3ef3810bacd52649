import { expect, test } from "bun:test";
import fc from "fast-check";
import { compilePatterns, mask, redactText, secretRegistry } from "../../src/lib/redact.ts";

const none = secretRegistry();

test("a mask shows both ends of a long secret and nothing of a short one", () => {
  expect(mask("short")).toBe("***");
  expect(mask("17 characters....")).toBe("***");
  expect(mask("abcdefghijklmnopqrstuvwxyz")).toBe("abcdef…wxyz");
});

const shapes: [string, string, string][] = [
  [
    "Authorization: Bearer abcdef0123456789abcdef",
    "abcdef0123456789abcdef",
    "Authorization: Bearer abcdef…cdef",
  ],
  ["Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA==", "Authorization: Basic dXNlcj…ZA=="],
  ["key sk-ant-api03-AAAABBBBCCCCDDDD used", "sk-ant-api03-AAAABBBBCCCCDDDD", "key sk-ant…DDDD used"],
  ["ghp_0123456789abcdefghij0123456789abcdef", "0123456789abcdefghij", "ghp_01…cdef"],
  ["xoxb-1234567890-abcdefghij", "1234567890-abcdefghij", "xoxb-1…ghij"],
  [
    "GET https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/getMe",
    "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "GET https://api.telegram.org/bot123456…Dsaw/getMe",
  ],
  ['{"token":"0123456789abcdef01234567"}', "0123456789abcdef01234567", '{"token":"012345…4567"}'],
  ['{"botToken": "0123456789abcdef01234567"}', "0123456789abcdef01234567", '{"botToken": "012345…4567"}'],
  [
    '{"raw":"{\\"password\\":\\"hunter2hunter2hunter2\\"}"}',
    "hunter2hunter2hunter2",
    '{"raw":"{\\"password\\":\\"hunter…ter2\\"}"}',
  ],
  ["ws://host/?token=hunter2&x=1", "hunter2", "ws://host/?token=***&x=1"],
  ["OPENCLAW_GATEWAY_PASSWORD=hunter2 openclaw", "hunter2", "OPENCLAW_GATEWAY_PASSWORD=*** openclaw"],
  ["postgres://me:hunter2@db/x", "hunter2", "postgres://me:***@db/x"],
  [
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
    "eyJzdWIiOiIxMjM0In0",
    "eyJhbG…3I9P",
  ],
];

for (const [text, secret, expected] of shapes) {
  test(`the secret of ${expected} is hidden`, () => {
    expect(text).toContain(secret);
    expect(redactText(text, none)).toBe(expected);
  });
}

test("ordinary text stays as it is", () => {
  for (const text of [
    "http server listening on ws://127.0.0.1:18789 (0.1s)",
    "token mismatch for conn 3f0c, authReason=token_mismatch",
    '{"tokens":1234,"tokenSource":"config"}',
    "2026-01-31T13:45:00.123+01:00",
    "session agent:main:telegram:123456789",
  ]) {
    expect(redactText(text, none)).toBe(text);
  }
});

test("a configured pattern hides its first group, or all it matches", () => {
  const { patterns, invalid } = compilePatterns(["pin (\\d+)", "/CUSTOMER-\\d+/i", "(", "x"]);
  expect(invalid).toEqual([{ source: "(", reason: expect.any(String) }]);
  expect(redactText("pin 1234 of customer-77", none, patterns)).toBe("pin *** of ***");
});

test("a value too short to hide is refused, a removed one is spoken again", () => {
  const secrets = secretRegistry();
  expect(secrets.add("abc")).toBe(false);
  expect(secrets.add("abcd")).toBe(true);
  expect(secrets.hide("abcd abc")).toBe("*** abc");
  secrets.remove("abcd");
  expect(secrets.hide("abcd abc")).toBe("abcd abc");
});

test("a secret inside another one, and its visible ends, are hidden too", () => {
  const secrets = secretRegistry();
  secrets.add("abcdef");
  secrets.add("abcdef-0123456789-wxyz");
  expect(secrets.hide("see abcdef-0123456789-wxyz")).toBe("see ***…wxyz");
});

const secret = fc
  .string({ minLength: 6, maxLength: 40, unit: "grapheme" })
  .filter((text) => text.length >= 6);

test("a registered secret never comes out of text, plain, as JSON, as JSON in JSON, or as a URL part", () => {
  fc.assert(
    fc.property(
      fc.array(secret, { minLength: 1, maxLength: 4 }),
      fc.string(),
      fc.string(),
      (values, before, after) => {
        const secrets = secretRegistry();
        for (const value of values) secrets.add(value);
        for (const value of values) {
          const inside = before + value + after;
          const json = JSON.stringify({ deep: [inside] });
          for (const text of [inside, json, JSON.stringify({ json })]) {
            const hidden = redactText(text, secrets);
            for (const each of values) expect(hidden.includes(each)).toBe(false);
            expect(hidden.includes(JSON.stringify(value).slice(1, -1))).toBe(false);
          }
        }
      },
    ),
  );
});

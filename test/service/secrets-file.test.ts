import { expect, test } from "bun:test";
import fc from "fast-check";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { parseDotenv } from "../../src/config/index.ts";
import { readSecretsFile, secretsText, writeSecretsFile } from "../../src/service/index.ts";
import { tempHome } from "../support/index.ts";

test("a service's secrets are written for the owner alone, and their folder with them", async () => {
  await using home = await tempHome();
  const path = home.at("state", "service-env", "ai.openclaw.gateway.env");
  expect(writeSecretsFile(path, { ANTHROPIC_API_KEY: "sk-1" })).toBe("written");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(home.at("state", "service-env")).mode & 0o777).toBe(0o700);
  expect(readSecretsFile(path)).toEqual({ ANTHROPIC_API_KEY: "sk-1" });
});

test("the same secrets again write nothing, but close a file that was opened to others", async () => {
  await using home = await tempHome();
  const path = home.at("a.env");
  writeSecretsFile(path, { A: "1" });
  chmodSync(path, 0o644);
  expect(writeSecretsFile(path, { A: "1" })).toBe("unchanged");
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("without secrets there is no file", async () => {
  await using home = await tempHome();
  const path = home.at("a.env");
  writeSecretsFile(path, { A: "1" });
  expect(writeSecretsFile(path, {})).toBe("removed");
  expect(existsSync(path)).toBe(false);
  expect(writeSecretsFile(path, {})).toBe("unchanged");
  expect(readSecretsFile(path)).toEqual({});
});

test("a name that no such file can hold is refused by its name, and the old file stays", async () => {
  await using home = await tempHome();
  const path = home.at("a.env");
  writeSecretsFile(path, { A: "1" });
  expect(() => writeSecretsFile(path, { "B=C\nD": "secret-value" })).toThrow(/cannot be written/);
  expect(readFileSync(path, "utf8")).not.toContain("secret-value");
  expect(readSecretsFile(path)).toEqual({ A: "1" });
});

test("whatever a secret consists of, the gateway reads back what was written", () => {
  const value = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/), value), (variables) => {
      expect(parseDotenv(secretsText(variables))).toEqual({ ...variables });
    }),
  );
});

test("systemd's EnvironmentFile= syntax means the same: quoted, with a backslash before what is special in quotes", () => {
  expect(secretsText({ A: 'q"b\\s`t$d', B: "two\nlines" })).toEndWith(
    'A="q\\"b\\\\s\\`t\\$d"\nB="two\nlines"\n',
  );
});

import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { readEnv, withEnvFiles } from "../../../src/config/index.ts";
import { TempFolder } from "../support/fixture.ts";

/** What the gateway sees at its start, with the given files. */
function start(folder: TempFolder, variables: Record<string, string>) {
  const envFile = join(folder.path, "service.env");
  const source = { HOME: folder.path, OPENCLAW_SERVICE_ENV_FILE: envFile, ...variables };
  return withEnvFiles(readEnv(source), { envFilePath: join(folder.path, ".env") });
}

function privateFile(folder: TempFolder, name: string, text: string): string {
  const path = folder.file(name, text);
  chmodSync(path, 0o600);
  return path;
}

test("what the process has wins over the service's file of secrets, and that over <state>/.env", () => {
  using folder = new TempFolder();
  privateFile(folder, "service.env", 'A="service"\nB="service"\nOPENCLAW_GATEWAY_TOKEN="from-the-service"\n');
  folder.file(".env", "A=state\nB=state\nC=state\nOPENCLAW_GATEWAY_TOKEN=state\n");
  const env = start(folder, { A: "process" });
  expect([env.raw["A"], env.raw["B"], env.raw["C"]]).toEqual(["process", "service", "state"]);
  expect(env.gateway.token).toBe("from-the-service");
  expect(env.problems).toEqual([]);
});

test("a file of secrets that others can read is not used, and the problem names the command that mends it", () => {
  using folder = new TempFolder();
  const path = folder.file("service.env", 'B="secret"\n');
  chmodSync(path, 0o640);
  folder.file(".env", "C=state\n");
  const env = start(folder, {});
  expect(env.raw["B"]).toBeUndefined();
  expect(env.raw["C"]).toBe("state");
  expect(env.problems).toEqual([
    `OPENCLAW_SERVICE_ENV_FILE is not used, and the variables in it are missing: ${path} must be closed to group and others: chmod 600 ${path}`,
  ]);
});

test.each([
  ["a folder", (path: string) => mkdirSync(path, { mode: 0o700 }), /regular file/],
  ["a link", (path: string) => symlinkSync("/dev/null", path), /ELOOP|symbolic/],
])(
  "a file of secrets that is %s is a named problem, and the gateway starts without it",
  (_, make, reason) => {
    using folder = new TempFolder();
    make(join(folder.path, "service.env"));
    const env = start(folder, {});
    expect(env.problems).toHaveLength(1);
    expect(env.problems[0]).toStartWith("OPENCLAW_SERVICE_ENV_FILE is not used");
    expect(env.problems[0]).toMatch(reason);
  },
);

test("a service without secrets has no file of them, and that is no problem", () => {
  using folder = new TempFolder();
  expect(start(folder, {}).problems).toEqual([]);
});

test("the file of secrets cannot move the state folder, nor name another file of secrets", () => {
  using folder = new TempFolder();
  const other = privateFile(folder, "other.env", "X=1\n");
  privateFile(folder, "service.env", `OPENCLAW_STATE_DIR=/evil\nOPENCLAW_SERVICE_ENV_FILE=${other}\n`);
  const env = start(folder, {});
  expect(env.stateDir).toBeUndefined();
  expect(env.raw["X"]).toBeUndefined();
});

test("secrets of the service are in no environment that a child inherits", () => {
  using folder = new TempFolder();
  privateFile(folder, "service.env", 'ONLY_IN_THE_SERVICE_FILE="secret"\n');
  expect(start(folder, {}).raw["ONLY_IN_THE_SERVICE_FILE"]).toBe("secret");
  const child = Bun.spawnSync(["/usr/bin/env"]);
  expect(child.stdout.toString()).not.toContain("ONLY_IN_THE_SERVICE_FILE");
});

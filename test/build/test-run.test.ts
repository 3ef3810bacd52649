import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { PROJECT_DIR, type TempHome, tempHome } from "../support/index.ts";

/** Up to five whole runs, each of a dozen programs. */
setDefaultTimeout(60_000);

const PASSING = `import { expect, test } from "bun:test"; test("holds", () => expect(1).toBe(1));`;
const FAILING = `import { expect, test } from "bun:test"; test("breaks", () => expect(1).toBe(2));`;
const CRASHING = `throw new Error("this file does not load");`;

/** A project of one test file whose steps do nothing, run by the project's own test command as a machine runs it. */
async function runIn(home: TempHome, testFile: string, scripts: Record<string, string> = {}) {
  const steps = { fmt: "true", check: "true", lint: "true", layers: "true", build: "true", ...scripts };
  await mkdir(home.at("build"));
  for (const name of ["test.ts", "targets.ts", "test-machine.ts"]) {
    await copyFile(join(PROJECT_DIR, "build", name), home.at("build", name));
  }
  await home.write("package.json", { name: "tried", private: true, scripts: steps });
  await home.write("test/one.test.ts", testFile);
  const child = Bun.spawn([process.execPath, "build/test.ts"], {
    cwd: home.path,
    env: { PATH: process.env["PATH"], HOME: home.path, CI: "true" },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, , code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return { code, last: stdout.trimEnd().split("\n").at(-1), stdout };
}

test("a run in which everything holds exits 0 and ends with its counts, alone on the last line", async () => {
  await using home = await tempHome();
  expect(await runIn(home, PASSING)).toMatchObject({ code: 0, last: "1 passed, 0 failed" });
});

test("a failed test, a test file that does not load and a failed step each fail the run", async () => {
  const cases: [testFile: string, scripts: Record<string, string>, last: string][] = [
    [FAILING, {}, "0 passed, 1 failed"],
    [CRASHING, {}, "0 passed, 1 failed"],
    [PASSING, { lint: "false" }, "1 passed, 1 failed"],
    [PASSING, { "protocol:gen": "false" }, "1 passed, 1 failed"],
    [PASSING, { build: "false" }, "0 passed, 1 failed"],
  ];
  for (const [testFile, scripts, last] of cases) {
    await using home = await tempHome();
    expect(await runIn(home, testFile, scripts)).toMatchObject({ code: 1, last });
  }
});

test("skipped tests are told before the last line", async () => {
  await using home = await tempHome();
  const { code, last, stdout } = await runIn(home, `${PASSING} test.skip("later", () => {});`);
  expect({ code, last }).toEqual({ code: 0, last: "1 passed, 0 failed" });
  expect(stdout).toContain("1 skipped");
});

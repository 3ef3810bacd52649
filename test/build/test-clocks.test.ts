import { expect, test } from "bun:test";
import type { Exception } from "../../build/test-clock-exceptions.ts";
import { checkClocks, readTests } from "../../build/test-clocks.ts";
import { PROJECT_DIR } from "../support/index.ts";

const NOW = "performance.now()";
const BEGUN = `const began = ${NOW};`;

/** What `checkClocks` says about a planted file, by line. */
function faults(
  text: string,
  path = "test/some/part.test.ts",
  exceptions: readonly Exception[] = [],
): string[] {
  return checkClocks(new Map([[path, text]]), exceptions).map(({ line, text: fault }) => `${line}: ${fault}`);
}

test("the project's own tests keep the rule, and nothing is excepted that need not be", async () => {
  expect(checkClocks(await readTests(PROJECT_DIR))).toEqual([]);
});

test("a span of real time below the patience of the tests is refused, whatever way it is written", () => {
  for (const text of [
    `expect(${NOW} - began).toBeLessThan(200);`,
    `expect(Date.now() - began).toBeLessThanOrEqual(9_999);`,
    `expect((${NOW} - began) / 200).toBeLessThan(1);`,
    `expect(${NOW} - began).not.toBeGreaterThan(200);`,
    `expect(\n  ${NOW} - began,\n).toBeLessThan(200);`,
    `const took = ${NOW} - began;\nexpect(took).toBeLessThan(1_000);`,
    `worst = Math.max(worst, ${NOW} - began);\nexpect(worst).toBeLessThan(1_000);`,
    `took.push(${NOW} - began);\nconst median = took.sort()[2];\nexpect(median).toBeLessThan(5);`,
    `${BEGUN}\nconst ended = ${NOW};\nexpect(ended - began).toBeLessThan(5);`,
    `const SOON_MS = 1_000;\nexpect(${NOW} - began).toBeLessThan(SOON_MS);`,
    `const SOON_MS = 1_000;\nexpect(${NOW} - began).toBeLessThan(2 * SOON_MS + 500);`,
    `const PATIENCE_MS = 300;\nexpect(${NOW} - began).toBeLessThan(PATIENCE_MS);`,
  ]) {
    expect([text, faults(text).join()]).toEqual([text, expect.stringContaining("belongs into test/bench")]);
  }
});

test("a bound that nobody can read here, and a length that is expected exactly, are refused", () => {
  expect(faults(`expect(${NOW} - began).toBeLessThan(limitOf(home));`).join()).toContain(
    "limitOf(home), whatever that is",
  );
  expect(faults(`expect(${NOW} - began).toBeWithin(900, 20_000);`).join()).toContain("a certain length");
  expect(faults(`expect(${NOW} - began < 200).toBe(true);`).join()).toContain("a certain length");
});

test("a span that is returned, kept in an object or waited for is refused: nobody sees what becomes of it", () => {
  for (const text of [
    `return ${NOW} - began;`,
    `told({ took: ${NOW} - began });`,
    `await until("a while", () => ${NOW} - began > 4_000);`,
  ]) {
    expect([text, faults(text).join()]).toEqual([text, expect.stringContaining("handed on")]);
  }
});

test("a span may be printed, be longer than something, or be within the patience of the tests", () => {
  for (const text of [
    `expect(${NOW} - began).toBeLessThan(PATIENCE_MS);`,
    `expect(${NOW} - began).toBeLessThan(60_000);`,
    `const HANG_MS = 60_000;\nexpect(${NOW} - began).toBeLessThan(HANG_MS + PATIENCE_MS);`,
    `expect(${NOW} - began).toBeGreaterThan(900);`,
    `expect(${NOW} - began).not.toBeLessThan(900);`,
    "console.log(`answered after ${performance.now() - began} ms`);",
  ]) {
    expect([text, ...faults(text)]).toEqual([text]);
  }
});

test("times that are no spans are free: moments of the past, stamps, clocks of the test", () => {
  for (const text of [
    `const old = new Date(Date.now() - 3_600_000);`,
    `const row = { ts: Date.now() - DAY_MS };`,
    `expect(clock.now() - began).toBeLessThan(5);`,
    `${BEGUN}\nexpect(left).toBeLessThan(5);`,
    `// expect(${NOW} - began).toBeLessThan(200);`,
  ]) {
    expect([text, ...faults(text)]).toEqual([text]);
  }
});

test("waiting for a guess is refused, giving others their turn and waiting for a random moment are not", () => {
  for (const text of [
    "await Bun.sleep(20);",
    "await Bun.sleep(PAUSE_MS);",
    "await new Promise((resolve) => setTimeout(resolve, 1_000));",
    "setTimeout(() => {\n  stop(1, 2);\n}, 3_500);",
    `import { setTimeout as sleep } from "node:timers/promises";`,
  ]) {
    expect([text, faults(text)]).toEqual([text, [expect.stringMatching(/^1: .*(?:guess|Bun\.sleep)/)]]);
  }
  for (const text of [
    "await Bun.sleep(0);",
    "await Bun.sleep(10);",
    "setTimeout(() => gateway.drop(), 0);",
    "await Bun.sleep(random.below(LONGEST_LIFE_MS));",
    "const timer = setTimeout(kill, Math.random() * 500);",
  ]) {
    expect([text, ...faults(text)]).toEqual([text]);
  }
});

test("measurements may do all of it, and what stands in for the world has a clock of its own", () => {
  const text = `${BEGUN}\nawait Bun.sleep(500);\nconst took = ${NOW} - began;\nreturn ${NOW} - began;`;
  for (const path of ["test/bench/load/main.ts", "test/fakes/telegram/rates.ts", "test/support/wait.ts"])
    expect([path, ...faults(text, path)]).toEqual([path]);
  const asserted = `expect(${NOW} - began).toBeLessThan(200);`;
  expect(faults(asserted, "test/fakes/telegram/rates.test.ts")).toHaveLength(1);
});

test("an exception holds for its own line of its own file, and is refused itself once it is not needed", () => {
  const path = "test/some/part.test.ts";
  const text = "await Bun.sleep(700);\nawait Bun.sleep(800);";
  const exception = { path, code: "Bun.sleep(700)", why: "a server of others has no other sign" };
  expect(faults(text, path, [exception])).toEqual([expect.stringMatching(/^2: /)]);
  expect(faults(text, "test/other.test.ts", [exception])).toHaveLength(3);
  expect(faults("", path, [exception])).toEqual([
    "1: excepted without need in build/test-clock-exceptions.ts: Bun.sleep(700)",
  ]);
});

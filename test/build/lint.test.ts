import { expect, setDefaultTimeout, test } from "bun:test";
import { copyFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { PROJECT_DIR, type TempHome, tempHome } from "../support/index.ts";

/** The linter reads the types of all it looks at. */
setDefaultTimeout(60_000);

interface Finding {
  readonly code: string;
  readonly filename: string;
}

/** What the project's lint rules say about planted files, as `path rule`, sorted. */
async function lint(dir: TempHome, files: Record<string, string>): Promise<string[]> {
  for (const [path, text] of Object.entries(files)) await dir.write(path, text);
  for (const name of [".oxlintrc.json", "tsconfig.json"]) {
    await copyFile(join(PROJECT_DIR, name), dir.at(name));
  }
  await symlink(join(PROJECT_DIR, "node_modules"), dir.at("node_modules"));
  const run = Bun.spawnSync(
    [process.execPath, "run", "--bun", "oxlint", "--type-aware", "--format=json", "src", "test"],
    { cwd: dir.path, stdin: "ignore", stderr: "ignore" },
  );
  const { diagnostics } = JSON.parse(run.stdout.toString()) as { diagnostics: Finding[] };
  return diagnostics.map(({ filename, code }) => `${filename} ${/\((.+)\)/.exec(code)?.[1] ?? code}`).sort();
}

test("each choke point refuses code that goes around it, and has one place that may pass", async () => {
  await using dir = await tempHome();
  const fetches = `export const answer = await fetch("https://example.com");\n`;
  const spawns = `export const child = Bun.spawn(["ls"]);\nimport "node:child_process";\n`;
  const reads = `export const home = process.env.HOME;\n`;
  const exits = `process.exit(1);\nexport {};\n`;
  const prints = `console.log("x");\nexport {};\n`;
  expect(
    await lint(dir, {
      "src/gateway/fetches.ts": fetches,
      "src/gateway/spawns.ts": spawns,
      "src/gateway/reads.ts": reads,
      "src/gateway/exits.ts": exits,
      "src/gateway/prints.ts": prints,
      "src/lib/egress.ts": fetches,
      "src/lib/spawn.ts": spawns,
      "src/config/env.ts": reads,
      "src/cli/exits.ts": exits,
      "src/cli/prints.ts": prints,
      "test/all.ts": fetches + spawns + reads,
    }),
  ).toEqual([
    "src/gateway/exits.ts no-process-exit",
    "src/gateway/fetches.ts no-restricted-globals",
    "src/gateway/prints.ts no-console",
    "src/gateway/reads.ts no-process-env",
    "src/gateway/spawns.ts no-restricted-imports",
    "src/gateway/spawns.ts no-restricted-properties",
  ]);
});

test("any, a non-null assertion, a lost promise, a missing case and a TODO are found", async () => {
  await using dir = await tempHome();
  const findings = await lint(dir, {
    "src/lib/any.ts": `export function f(x: any): number {\n  return Number(x);\n}\n`,
    "src/lib/leak.ts": `export const x: { y: number } = JSON.parse("1");\n`,
    "src/lib/bang.ts": `export const f = (x: string | undefined): string => x!;\n`,
    "src/lib/promise.ts": `async function f(): Promise<void> {}\nf();\nexport {};\n`,
    "src/lib/case.ts": `export function f(x: "a" | "b"): number {\n  switch (x) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}\n`,
    "src/lib/todo.ts": `// TODO: later\nexport {};\n`,
    "src/lib/fine.ts": `export const fine = 1;\n`,
    "test/empty.ts": `export {};\n`,
  });
  expect(findings).toEqual([
    "src/lib/any.ts no-explicit-any",
    "src/lib/bang.ts no-non-null-assertion",
    "src/lib/case.ts switch-exhaustiveness-check",
    "src/lib/leak.ts no-unsafe-assignment",
    "src/lib/promise.ts no-floating-promises",
    "src/lib/todo.ts no-warning-comments",
  ]);
});

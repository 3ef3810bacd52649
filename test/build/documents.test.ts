import { expect, test } from "bun:test";
import { Glob } from "bun";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { dependencies, devDependencies, scripts } from "../../package.json";
import { PROJECT_DIR } from "../support/index.ts";

async function documents(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const pattern of ["README.md", "docs/**/*.md"]) {
    for await (const path of new Glob(pattern).scan({ cwd: PROJECT_DIR })) {
      found.set(path, await Bun.file(join(PROJECT_DIR, path)).text());
    }
  }
  return found;
}

test("every link between the documents leads somewhere", async () => {
  const dead: string[] = [];
  for (const [path, text] of await documents()) {
    for (const [, target = ""] of text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
      if (!existsSync(join(PROJECT_DIR, dirname(path), target))) dead.push(`${path} → ${target}`);
    }
  }
  expect(dead).toEqual([]);
});

test("every script the documents name exists", async () => {
  const missing: string[] = [];
  for (const [path, text] of await documents()) {
    for (const [, name = ""] of text.matchAll(/`bun run ([a-z:]+)/g)) {
      if (!(name in scripts)) missing.push(`${path}: ${name}`);
    }
  }
  expect(missing).toEqual([]);
});

test("every package is pinned to one version and has its reason in docs/dependencies.md", async () => {
  const reasons = await Bun.file(join(PROJECT_DIR, "docs", "dependencies.md")).text();
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+/);
    expect(reasons).toContain(`\n| \`${name}\` `);
  }
});

test("the Bun that README and .ci/run name is the one the project is built with", async () => {
  for (const path of ["README.md", ".ci/run"]) {
    const named = (await Bun.file(join(PROJECT_DIR, path)).text()).match(/bun@[\d.]+/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(new Set(named)).toEqual(new Set([`bun@${devDependencies.bun}`]));
  }
});

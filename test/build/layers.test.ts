import { expect, test } from "bun:test";
import { checkLayers, readSource } from "../../build/layers.ts";
import { PROJECT_DIR } from "../support/index.ts";

/** What `checkLayers` says about a planted tree. */
function faults(tree: Record<string, string>): string[] {
  return checkLayers(new Map(Object.entries(tree))).map(({ path, line, text }) => `${path}:${line}: ${text}`);
}

test("the project's own source keeps every rule", async () => {
  expect(checkLayers(await readSource(PROJECT_DIR))).toEqual([]);
});

test("a part that imports upwards is found, whether for a value, a type, a re-export or lazily", () => {
  for (const statement of [
    `import { x } from "../gateway/index.ts";`,
    `import type { X } from "../gateway/index.ts";`,
    `export * from "../gateway/index.ts";`,
    `export type { X } from "../gateway/index.ts";`,
    `import {\n  type X,\n} from "../gateway/index.ts";`,
    `import "../gateway/index.ts";`,
    `const x = await import("../gateway/index.ts");`,
    `type X = typeof import("../gateway/index.ts");`,
  ]) {
    expect(faults({ "src/store/a.ts": statement }).join()).toContain("store may not import gateway");
  }
});

test("an import in a comment is no import", () => {
  expect(
    faults({
      "src/store/a.ts": `/** Like\nimport { x } from "../gateway/index.ts";\n*/\n  // import("../cli/index.ts")`,
    }),
  ).toEqual([]);
});

test("the command line may load the gateway but not import it", () => {
  expect(faults({ "src/cli/run.ts": `const gateway = await import("../gateway/index.ts");` })).toEqual([]);
  expect(faults({ "src/cli/run.ts": `import { startGateway } from "../gateway/index.ts";` })).toEqual([
    "src/cli/run.ts:1: cli may load gateway with import() only",
  ]);
});

test("another part is entered through its door only", () => {
  expect(faults({ "src/gateway/a.ts": `\nimport { x } from "../store/sqlite/db.ts";` })).toEqual([
    "src/gateway/a.ts:2: src/store/sqlite/db.ts is private: import src/store/index.ts",
  ]);
  expect(faults({ "src/cli/a.ts": `const x = await import("../gateway/gateway.ts");` })).toEqual([
    "src/cli/a.ts:1: src/gateway/gateway.ts is private: import src/gateway/index.ts",
  ]);
  expect(faults({ "src/gateway/a.ts": `import { x } from "../store/index.ts";` })).toEqual([]);
});

test("within a part only sealed folders have a door, and lazy imports may pass it", () => {
  expect(faults({ "src/gateway/server.ts": `import { x } from "./auth/token.ts";` })).toEqual([
    "src/gateway/server.ts:1: src/gateway/auth/token.ts is private: import src/gateway/auth/index.ts",
  ]);
  expect(
    faults({
      "src/gateway/a.ts": `import { x } from "./auth/index.ts";\nimport { y } from "./http/route.ts";`,
      "src/gateway/b.ts": `const lazy = await import("./auth/proxy.ts");`,
      "src/gateway/auth/c.ts": `import { z } from "../limits.ts";\nimport { y } from "./token.ts";`,
    }),
  ).toEqual([]);
});

test("lib has no door, its subfolders have one", () => {
  expect(faults({ "src/store/a.ts": `import { systemClock } from "../lib/clock.ts";` })).toEqual([]);
  expect(faults({ "src/store/a.ts": `import { sink } from "../lib/log/file.ts";` }).join()).toContain(
    "src/lib/log/file.ts is private: import src/lib/log/index.ts",
  );
});

test("the protocol imports its schema library and nothing else", () => {
  expect(faults({ "src/protocol/a.ts": `import { Type } from "@sinclair/typebox";` })).toEqual([]);
  expect(faults({ "src/protocol/a.ts": `import { join } from "node:path";` }).join()).toContain(
    "protocol may not import node:path",
  );
});

test("a module that is one part's business is imported there only", () => {
  expect(faults({ "src/gateway/a.ts": `import { Database } from "bun:sqlite";` }).join()).toContain(
    "bun:sqlite is for store and lib only",
  );
  expect(faults({ "src/cli/a.ts": `import { createConsola } from "consola/core";` }).join()).toContain(
    "consola/core is for lib only",
  );
});

test("a circle of files is found, types included, and a lazy import breaks it", () => {
  const b = `import type { C } from "./c.ts";`;
  const c = `import { a } from "./a.ts";`;
  const circle = { "src/lib/a.ts": `import { b } from "./b.ts";`, "src/lib/b.ts": b, "src/lib/c.ts": c };
  expect(faults(circle)).toEqual(["src/lib/a.ts:1: import cycle: src/lib/a.ts, src/lib/b.ts, src/lib/c.ts"]);
  expect(faults({ ...circle, "src/lib/c.ts": `const a = await import("./a.ts");` })).toEqual([]);
  expect(faults({ "src/lib/a.ts": `import { x } from "./a.ts";` }).join()).toContain("import cycle");
});

test("a file is at most 400 lines, a folder at most 20 files, and a name says something", () => {
  expect(faults({ "src/lib/long.ts": "x;\n".repeat(401) }).join()).toContain("401 lines");
  expect(faults({ "src/lib/long.ts": "x;\n".repeat(400) })).toEqual([]);
  const crowd = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`src/lib/f${i}.ts`, ""]));
  expect(faults(crowd)).toEqual(["src/lib:1: 21 files, more than 20"]);
  expect(faults({ "src/lib/text-utils.ts": "" }).join()).toContain(`"utils" says nothing`);
  expect(faults({ "src/lib/helpers/text.ts": "" }).join()).toContain(`"helpers" says nothing`);
});

test("an import that leaves the source, or that no bundler can follow, is found", () => {
  expect(faults({ "src/lib/a.ts": `import { x } from "../../test/support/index.ts";` }).join()).toContain(
    "is outside src",
  );
  expect(faults({ "src/lib/a.ts": `const x = await import(name);` }).join()).toContain("string literal");
  expect(faults({ "src/lib/a.ts": `import { version } from "../../package.json";` })).toEqual([]);
});

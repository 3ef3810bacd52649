import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_DIR, tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

test("docs/cli/commands.md is what `openclaw help --markdown` prints", async () => {
  await using home = await tempHome();
  const { stdout } = await cli(["help", "--markdown"], { home: home.path });
  expect(await Bun.file(join(PROJECT_DIR, "docs", "cli", "commands.md")).text()).toBe(stdout);
});

/** The pages people read: the README and everything in docs. */
function pages(): string[] {
  return ["README.md", ...new Bun.Glob("docs/**/*.md").scanSync(PROJECT_DIR)];
}

const textOf = (page: string) => Bun.file(join(PROJECT_DIR, page)).text();

test("every command of the pages is one, with options that exist", async () => {
  await using home = await tempHome();
  const wrong: string[] = [];
  const lines = await commandLines();
  expect(lines.length).toBeGreaterThan(30);
  for (const line of lines) {
    const { stdout, stderr } = await cli([...line, "--help"], { home: home.path });
    const options = line.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.split("=")[0] ?? "");
    const unknown = options.filter((option) => !new RegExp(`(?:^|[\\s,])${option}\\b`, "m").test(stdout));
    if (stderr !== "" || stdout === "" || unknown.length > 0) {
      wrong.push(`${line.join(" ")}: ${unknown.join(" ")} ${stderr}`);
    }
  }
  expect(wrong).toEqual([]);
});

/** The lines of shell blocks that run this program, without comments. */
async function commandLines(): Promise<string[][]> {
  const lines = new Map<string, string[]>();
  for (const page of pages().filter((name) => !name.startsWith("docs/cli/"))) {
    for (const [, block = ""] of (await textOf(page)).matchAll(/```sh\n([\s\S]*?)```/g)) {
      for (const line of block
        .split("\n")
        .filter((one) => /^openclaw (?!--version)/.test(one) && !/[|<>$;&]/.test(one))) {
        const words = [...line.replace(/\s+#.*$/, "").matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)];
        lines.set(
          line,
          words.slice(1).map(([, double, single, bare]) => double ?? single ?? bare ?? ""),
        );
      }
    }
  }
  return [...lines.values()];
}

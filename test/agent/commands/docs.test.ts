import { expect, test } from "bun:test";
import { join } from "node:path";
import { commandSummaries } from "../../../src/agent/index.ts";
import { PROJECT_DIR } from "../../support/index.ts";

/** Cells of the table rows of a page, without their padding. */
function rowsOf(markdown: string): string[] {
  return markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.replaceAll(/\s*(?<!\\)\|\s*/g, "|"));
}

test("docs/agents.md lists the chat commands as the table has them", async () => {
  const page = await Bun.file(join(PROJECT_DIR, "docs", "agents.md")).text();
  const expected = commandSummaries().map(({ name, aliases, args, summary, audience }) => {
    const usage = args === undefined ? "" : ` ${args.replaceAll("|", "\\|")}`;
    const names = [`\`/${name}${usage}\``, ...aliases.map((alias) => `\`/${alias}\``)].join(", ");
    return `|${names}|${summary.replaceAll("|", "\\|")}|${audience}|`;
  });
  expect(rowsOf(page).filter((row) => row.startsWith("|`/"))).toEqual(expected);
});

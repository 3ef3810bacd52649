import { expect, test } from "bun:test";
import type { Command } from "../../src/cli/command.ts";
import { ROOT } from "../../src/cli/commands/index.ts";
import { helpText } from "../../src/cli/help.ts";
import { parse } from "../../src/cli/parse.ts";
import { widthOf } from "../../src/cli/terminal/layout.ts";
import { tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

function everyPath(path: readonly Command[] = [ROOT]): (readonly Command[])[] {
  const last = path[path.length - 1] ?? ROOT;
  return [path, ...last.subcommands.flatMap((sub) => everyPath([...path, sub]))];
}

test("every help page fits 80 columns", () => {
  for (const path of everyPath()) {
    for (const line of helpText(path).split("\n")) {
      if (line.startsWith("  openclaw ")) continue; // An example must stay whole to be copied.
      expect(`${widthOf(line) <= 80}: ${line}`).toBe(`true: ${line}`);
    }
  }
});

test("every command and group has an example, and every example is a command line we take", () => {
  for (const path of everyPath()) {
    const command = path[path.length - 1] ?? ROOT;
    expect(`${command.name}: ${command.examples.length > 0}`).toBe(`${command.name}: true`);
    for (const { command: line } of command.examples) {
      const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
        (match) => match[1] ?? match[2] ?? match[3] ?? "",
      );
      const start = words.findIndex((word) => word.endsWith("openclaw"));
      const stop = words.findIndex((word) => /^[|<>]/.test(word));
      const argv = words.slice(start + 1, stop < 0 ? undefined : stop).map((word) => word.replace(/\)$/, ""));
      expect(parse(argv, ROOT).kind).not.toBe("version");
    }
  }
});

test("help is asked by --help, -h and the help command alike", async () => {
  await using home = await tempHome();
  const pages = await Promise.all(
    [
      ["gateway", "call", "--help"],
      ["gateway", "call", "-h"],
      ["help", "gateway", "call"],
    ].map((argv) => cli(argv, { home: home.path })),
  );
  for (const { code, stdout } of pages) {
    expect(code).toBe(0);
    expect(stdout).toBe(pages[0]?.stdout ?? "");
    expect(stdout).toContain("Usage: openclaw gateway call [options] <method>");
    expect(stdout).toContain("Examples:");
  }
});

test("a group without its subcommand shows its help on stderr and fails", async () => {
  await using home = await tempHome();
  const { code, stdout, stderr } = await cli(["devices"], { home: home.path });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("Usage: openclaw devices <command>");
});

test("help --json is the command table", async () => {
  await using home = await tempHome();
  const { stdout } = await cli(["help", "logs", "--json"], { home: home.path });
  const described = JSON.parse(stdout);
  expect(described).toMatchObject({ name: "logs", runnable: true });
  expect(described.options).toContainEqual({
    name: "limit",
    summary: "Most lines to print at once",
    value: "lines",
    default: "200",
  });
});

test("help for a command that does not exist suggests one", async () => {
  await using home = await tempHome();
  const { code, stderr } = await cli(["help", "nods"], { home: home.path });
  expect(code).toBe(1);
  expect(stderr).toContain("Did you mean: openclaw nodes?");
});

import { expect, test } from "bun:test";
import { completionRows } from "../../src/cli/completion/table.ts";
import { ROOT } from "../../src/cli/commands/index.ts";
import { SHELLS } from "../../src/cli/commands/top.ts";
import { tempHome } from "../support/index.ts";
import { cli } from "./in-process.ts";

test("every shell's script names every command and option", async () => {
  await using home = await tempHome();
  for (const shell of SHELLS) {
    const { code, stdout } = await cli(["completion", shell], { home: home.path });
    expect(code).toBe(0);
    for (const row of completionRows(ROOT)) {
      expect(stdout).toContain(row.path);
      for (const { word } of row.words) expect(stdout).toContain(word);
      for (const { word } of row.options) expect(stdout).toContain(shell === "fish" ? word.slice(2) : word);
    }
  }
});

async function bash(words: readonly string[]): Promise<string[]> {
  await using home = await tempHome();
  const { stdout } = await cli(["completion", "bash"], { home: home.path });
  const script = `${stdout}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
_openclaw; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const file = await home.write("complete.bash", script);
  const child = Bun.spawn(["bash", "--norc", file], { stdout: "pipe", stderr: "inherit" });
  return (await child.stdout.text()).trim().split("\n");
}

test("in bash, subcommands, options and the words of an option complete", async () => {
  expect(await bash(["openclaw", "gat"])).toEqual(["gateway"]);
  expect(await bash(["openclaw", "gateway", "pro"])).toEqual(["probe"]);
  expect(await bash(["openclaw", "--dev", "devices", "app"])).toEqual(["approve"]);
  expect(await bash(["openclaw", "gateway", "call", "--exp"])).toEqual(["--expect-final"]);
  expect(await bash(["openclaw", "completion", "po"])).toEqual(["powershell"]);
  expect(await bash(["openclaw", "--log-level", "de"])).toEqual(["debug"]);
  expect(await bash(["openclaw", "gateway", ""])).not.toContain("--port");
  expect(await bash(["openclaw", "gateway", "--p"])).toContain("--port");
  // Left to bash, which knows the files.
  expect(await bash(["openclaw", "gateway", "--password-file", ""])).toEqual([""]);
});

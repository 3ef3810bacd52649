import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { TEMPLATES } from "../../../src/agent/index.ts";
import { PromptRig } from "./rig.ts";

const FIRST_FILES = ["AGENTS.md", "BOOTSTRAP.md", "IDENTITY.md", "SOUL.md", "USER.md"];

function files(folder: string): string[] {
  return readdirSync(folder).filter((name) => !name.startsWith("."));
}

describe("a new workspace", () => {
  test("gets its first files and a repository, for its owner alone", async () => {
    await using rig = await PromptRig.create();
    const folder = await rig.prompts.workspace("main");
    expect(folder).toBe(rig.home.at("workspace"));
    expect(files(folder).sort()).toEqual(FIRST_FILES);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(rig.home.at("workspace", "SOUL.md")).mode & 0o777).toBe(0o600);
    expect(existsSync(rig.home.at("workspace", ".git"))).toBe(Bun.which("git") !== null);
  });

  test("does without a repository where there is no git", async () => {
    await using rig = await PromptRig.create({}, { PATH: "/nowhere" });
    expect(files(await rig.prompts.workspace("main")).sort()).toEqual(FIRST_FILES);
    expect(existsSync(rig.home.at("workspace", ".git"))).toBe(false);
  });

  test("is set up once, however many turns begin at the same time", async () => {
    await using rig = await PromptRig.create();
    const folders = await Promise.all(Array.from({ length: 8 }, () => rig.prompts.workspace("main")));
    expect(new Set(folders).size).toBe(1);
  });

  test("is left empty with skipBootstrap, and filled once that is gone", async () => {
    await using rig = await PromptRig.create({ agents: { defaults: { skipBootstrap: true } } });
    expect(files(await rig.prompts.workspace("main"))).toEqual([]);
    rig.configure({});
    expect(files(await rig.prompts.workspace("main")).sort()).toEqual(FIRST_FILES);
  });

  test("goes without the files that are optional here", async () => {
    await using rig = await PromptRig.create({
      agents: { defaults: { skipOptionalBootstrapFiles: ["SOUL.md", "USER.md"] } },
    });
    expect(files(await rig.prompts.workspace("main")).sort()).toEqual([
      "AGENTS.md",
      "BOOTSTRAP.md",
      "IDENTITY.md",
    ]);
    expect(await rig.text()).not.toContain("(missing)");
  });
});

describe("an old workspace", () => {
  test("keeps its files, gets those it lacks, and no first conversation", async () => {
    await using rig = await PromptRig.create();
    await rig.home.write("workspace/AGENTS.md", "Mine.");
    const folder = await rig.prompts.workspace("main");
    expect(files(folder).sort()).toEqual(["AGENTS.md", "IDENTITY.md", "SOUL.md", "USER.md"]);
    expect(readFileSync(`${folder}/AGENTS.md`, "utf8")).toBe("Mine.");
    expect(existsSync(`${folder}/.git`)).toBe(false);
  });

  test("that was wiped is made again, but not filled again behind its owner's back", async () => {
    await using rig = await PromptRig.create();
    const folder = await rig.prompts.workspace("main");
    rmSync(folder, { recursive: true });
    expect(await rig.prompts.workspace("main")).toBe(folder);
    expect(files(folder)).toEqual([]);
    const text = await rig.text();
    for (const name of ["AGENTS.md", "SOUL.md", "IDENTITY.md"])
      expect(text).toContain(`${folder}/${name}\n(missing)`);
    expect(text).not.toContain("USER.md\n");
  });

  test("that cannot be used is named, with the reason and the command that mends it", async () => {
    await using rig = await PromptRig.create();
    await rig.home.write("workspace", "a file");
    await expect(rig.prompts.workspace("main")).rejects.toThrow(
      /The workspace of agent "main" cannot be used: .*workspace.*openclaw config set agents\.entries\.main\.workspace/s,
    );
  });

  test("a link that leads out of it is not followed into the prompt", async () => {
    await using rig = await PromptRig.create();
    const folder = await rig.prompts.workspace("main");
    await rig.home.write("secret.md", "TOP SECRET");
    rmSync(`${folder}/SOUL.md`);
    symlinkSync(rig.home.at("secret.md"), `${folder}/SOUL.md`);
    const text = await rig.text();
    expect(text).not.toContain("TOP SECRET");
    expect(text).toContain("SOUL.md\n(missing)");
  });

  test("what is no plain file counts as missing", async () => {
    await using rig = await PromptRig.create();
    const folder = await rig.prompts.workspace("main");
    rmSync(`${folder}/SOUL.md`);
    mkdirSync(`${folder}/SOUL.md`);
    expect(await rig.text()).toContain("SOUL.md\n(missing)");
  });
});

describe("the first conversation", () => {
  test("is asked for until the agent has written down who it is; then its file goes with the next turn", async () => {
    await using rig = await PromptRig.create();
    const folder = await rig.prompts.workspace("main");
    expect(await rig.text()).toContain("# The first conversation");
    writeFileSync(`${folder}/IDENTITY.md`, "- Name: Ada\n");
    expect(await rig.text()).not.toContain("# The first conversation");
    expect(existsSync(`${folder}/BOOTSTRAP.md`)).toBe(true);
    await rig.prompts.workspace("main");
    expect(existsSync(`${folder}/BOOTSTRAP.md`)).toBe(false);
  });

  test("is over once there are daily notes", async () => {
    await using rig = await PromptRig.create();
    const folder = await rig.prompts.workspace("main");
    mkdirSync(`${folder}/memory`);
    expect(await rig.text()).not.toContain("# The first conversation");
  });

  test("a BOOTSTRAP.md somebody rewrote is theirs to remove", async () => {
    await using rig = await PromptRig.create();
    const folder = await rig.prompts.workspace("main");
    writeFileSync(`${folder}/BOOTSTRAP.md`, "Ours.");
    expect(await rig.text()).toContain("Ours.");
    mkdirSync(`${folder}/memory`);
    expect(await rig.text()).not.toContain("Ours.");
    await rig.prompts.workspace("main");
    expect(existsSync(`${folder}/BOOTSTRAP.md`)).toBe(true);
  });

  test("before the first turn the prompt shows the files that turn will find, and makes none", async () => {
    await using rig = await PromptRig.create();
    const before = await rig.text();
    expect(existsSync(rig.home.at("workspace"))).toBe(false);
    await rig.prompts.workspace("main");
    expect(await rig.text()).toBe(before);
    for (const template of TEMPLATES.values()) expect(before).toContain(template.trim());
  });
});

import { describe, expect, test } from "bun:test";
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import {
  AgentIdentities,
  ConfiguredRoster,
  readIdentityFile,
  sha256,
  WorkspaceFiles,
} from "../../../src/agent/index.ts";
import { openClawRules } from "../../../src/config/index.ts";
import { tempHome } from "../../support/index.ts";

describe("IDENTITY.md", () => {
  test.each([
    [
      "- Name: Ada\n- Theme: dry\n- Emoji: 🦊\n- Avatar: me.png",
      { name: "Ada", theme: "dry", emoji: "🦊", avatar: "me.png" },
    ],
    ["- **Name:** Ada\n- **Vibe:** warm\n", { name: "Ada", theme: "warm" }],
    ["Name: `Ada`\nName: Bo", { name: "Ada" }],
    ["- Name:\n- Emoji: _(pick one)_\n- Theme: (none yet)\n- Avatar: <file>", {}],
    ["# What you are called\n\nnothing here", {}],
  ])("%j", (text, expected) => {
    expect(readIdentityFile(text)).toEqual(expected);
  });
});

describe("an agent's identity", () => {
  async function identity(entry: object, files: Record<string, string | Uint8Array> = {}) {
    await using home = await tempHome();
    for (const [name, content] of Object.entries(files)) writeFileSync(home.at(name), content);
    const { config } = openClawRules.validate({
      agents: { entries: { main: { workspace: home.path, ...entry } } },
    });
    const paths = { home: home.path, stateDir: home.path, workspaceDir: home.path };
    return await new AgentIdentities(new ConfiguredRoster({ config: () => config, paths })).of("main");
  }

  test("is Assistant with a letter when nothing is known", async () => {
    expect(await identity({})).toEqual({
      agentId: "main",
      name: "Assistant",
      nameSource: "default",
      avatar: "A",
    });
  });

  test("comes from the configuration, then the agent's name, then its workspace", async () => {
    const file = { "IDENTITY.md": "- Name: Cleo\n- Emoji: 🐈" };
    expect(await identity({ name: "Bo", identity: { name: "Ada" } }, file)).toMatchObject({
      name: "Ada",
      nameSource: "config",
    });
    expect(await identity({ name: "Bo" }, file)).toMatchObject({ name: "Bo", nameSource: "agent" });
    expect(await identity({}, file)).toEqual({
      agentId: "main",
      name: "Cleo",
      nameSource: "workspace",
      avatar: "🐈",
      emoji: "🐈",
    });
  });

  test("has a picture from a URL, a data URI or a file of its workspace", async () => {
    const avatar = async (value: string) =>
      identity({ identity: { avatar: value } }, { "me.png": new Uint8Array([1, 2, 3]) });
    expect(await avatar("https://e.example/a.png")).toMatchObject({ avatarStatus: "remote" });
    expect(await avatar("data:image/png;base64,AQID")).toMatchObject({ avatarStatus: "data" });
    expect(await avatar("me.png")).toMatchObject({
      avatarStatus: "local",
      avatar: "data:image/png;base64,AQID",
      avatarSource: "me.png",
    });
  });

  test.each(["../me.png", "/etc/passwd", "nothing.png", "data:text/html,hi", "notes.txt"])(
    "is a letter, with the reason, when %j cannot be shown",
    async (avatar) => {
      const found = await identity({ identity: { avatar } });
      expect(found).toMatchObject({ avatar: "A", avatarStatus: "none", avatarSource: avatar });
      expect(found.avatarReason?.length).toBeGreaterThan(5);
    },
  );
});

describe("workspace files", () => {
  test("are listed by their names, whatever else lies there", async () => {
    await using home = await tempHome();
    writeFileSync(home.at("AGENTS.md"), "hi");
    writeFileSync(home.at("other.md"), "x");
    const files = await new WorkspaceFiles().list(home.path);
    expect(files.map(({ name, missing, expectedAbsent }) => [name, missing, expectedAbsent])).toEqual([
      ["AGENTS.md", false, undefined],
      ["SOUL.md", true, true],
      ["IDENTITY.md", true, true],
      ["USER.md", true, true],
      ["BOOTSTRAP.md", true, true],
      ["MEMORY.md", true, true],
    ]);
    expect(files[0]).toMatchObject({ path: home.at("AGENTS.md"), size: 2 });
    expect((await new WorkspaceFiles().list(home.at("nowhere")))[0]?.missing).toBe(true);
  });

  test("are read and written with their hash", async () => {
    await using home = await tempHome();
    const files = new WorkspaceFiles();
    const written = await files.set(home.at("new"), "SOUL.md", "first");
    expect(written).toMatchObject({ missing: false, hash: sha256("first"), content: "first", size: 5 });
    expect(await files.get(home.at("new"), "SOUL.md")).toMatchObject({
      hash: sha256("first"),
      content: "first",
    });
    await files.set(home.at("new"), "SOUL.md", "second", sha256("first").toUpperCase());
    expect(readFileSync(home.at("new", "SOUL.md"), "utf8")).toBe("second");
  });

  test("of two writers that saw the same, one is told that it was late", async () => {
    await using home = await tempHome();
    const files = new WorkspaceFiles();
    await files.set(home.path, "SOUL.md", "start");
    const seen = sha256("start");
    const results = await Promise.allSettled(
      ["a", "b"].map((text) => files.set(home.path, "SOUL.md", text, seen)),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await expect(files.set(home.path, "USER.md", "x", seen)).rejects.toThrow(
      'agent file "USER.md" changed since it was read',
    );
  });

  test("other names and ways out are refused", async () => {
    await using home = await tempHome();
    const files = new WorkspaceFiles();
    await home.write("secret", "TOP SECRET");
    mkdirSync(home.at("w"));
    symlinkSync(home.at("secret"), home.at("w", "SOUL.md"));
    linkSync(home.at("secret"), home.at("w", "USER.md"));
    for (const name of ["../secret", "/etc/passwd", "notes.md", "soul.md", "SOUL.md/", ""]) {
      await expect(files.get(home.at("w"), name)).rejects.toThrow("unsupported file");
      await expect(files.set(home.at("w"), name, "x")).rejects.toThrow("unsupported file");
    }
    for (const name of ["SOUL.md", "USER.md"]) {
      expect(await files.get(home.at("w"), name)).toMatchObject({ missing: true });
    }
    await expect(files.set(home.at("w"), "SOUL.md", "x")).rejects.toThrow('unsafe workspace file "SOUL.md"');
    await files.set(home.at("w"), "USER.md", "mine");
    expect(readFileSync(home.at("secret"), "utf8")).toBe("TOP SECRET");
  });

  test("what is too long is refused", async () => {
    await using home = await tempHome();
    await expect(new WorkspaceFiles().set(home.path, "SOUL.md", "x".repeat(2_100_000))).rejects.toThrow(
      "more than",
    );
  });
});

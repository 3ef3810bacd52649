import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { agentIdOf, ConfiguredRoster, RosterEditor } from "../../../src/agent/index.ts";
import {
  ConfigStore,
  type OpenClawConfig,
  openClawRules,
  readEnv,
  resolvePaths,
} from "../../../src/config/index.ts";
import { ManualClock, type TempHome, tempHome } from "../../support/index.ts";

const NOW = Date.UTC(2026, 10, 21, 0, 8);

/** An editor on a real file. */
class EditorRig implements AsyncDisposable {
  private constructor(
    readonly home: TempHome,
    readonly editor: RosterEditor,
    readonly roster: ConfiguredRoster,
    private readonly config: ConfigStore<OpenClawConfig>,
  ) {}

  static async create(config?: object): Promise<EditorRig> {
    const home = await tempHome();
    if (config) await home.write(".openclaw/openclaw.json", config);
    const env = readEnv({ HOME: home.path });
    const paths = resolvePaths(env);
    const clock = new ManualClock(NOW);
    const store = new ConfigStore({ paths, env, rules: openClawRules, clock, version: "2026.11.1" });
    await store.load();
    const roster = new ConfiguredRoster({ config: () => store.current.config, paths });
    return new EditorRig(home, new RosterEditor({ config: store, paths, clock }), roster, store);
  }

  /** `agents` as the file has it. */
  get agents(): unknown {
    return JSON.parse(readFileSync(this.home.at(".openclaw", "openclaw.json"), "utf8")).agents;
  }

  get workspaces(): Record<string, string> {
    return Object.fromEntries(this.roster.list().map(({ id, workspace }) => [id, workspace]));
  }

  at(...parts: string[]): string {
    return this.home.at(".openclaw", ...parts);
  }

  async edited(change: (config: unknown) => unknown): Promise<void> {
    await this.config.edit(change);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.home[Symbol.asyncDispose]();
  }
}

describe("creating", () => {
  test("the first agent beside the implicit one leaves that one where it is, and the default", async () => {
    await using rig = await EditorRig.create();
    const created = await rig.editor.create("Work", { model: "openai/gpt-5", identity: { emoji: "🛠️" } });
    expect(created).toEqual({
      agentId: "work",
      name: "Work",
      workspace: rig.at("workspace-work"),
      model: "openai/gpt-5",
    });
    expect(rig.agents).toEqual({
      defaults: { systemAgent: { agentId: "main" } },
      entries: {
        main: { workspace: "~/.openclaw/workspace" },
        work: { name: "Work", model: "openai/gpt-5", identity: { emoji: "🛠️" } },
      },
    });
    expect(rig.workspaces).toEqual({ main: rig.at("workspace"), work: rig.at("workspace-work") });
    expect(rig.roster.defaultId).toBe("main");
    expect(rig.roster.selectionRequired).toBe(false);
  });

  test("a further one changes nothing about the others", async () => {
    await using rig = await EditorRig.create({ agents: { entries: { a: {}, b: {} } } });
    const before = rig.workspaces;
    await rig.editor.create("c", { workspace: rig.home.at("c") });
    expect(rig.workspaces).toEqual({ ...before, c: rig.home.at("c") });
    expect(rig.agents).toEqual({ entries: { a: {}, b: {}, c: { workspace: "~/c" } } });
  });

  test("two at the same time are both there", async () => {
    await using rig = await EditorRig.create();
    await Promise.all(["one", "two", "three"].map((name) => rig.editor.create(name)));
    expect(
      rig.roster
        .list()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["main", "one", "three", "two"]);
  });

  test("an id that is taken, and a name that makes none, are refused", async () => {
    await using rig = await EditorRig.create({ agents: { list: [{ id: "Home" }] } });
    await expect(rig.editor.create("home")).rejects.toThrow('agent "home" already exists');
    await expect(rig.editor.create("!!!")).rejects.toThrow("makes no agent id");
  });

  test.each([
    ["Work", "work"],
    ["  QA Writer! ", "qa-writer"],
    ["Ärger & Co", "arger-co"],
    ["__proto__", "__proto__"],
    ["x".repeat(90), "x".repeat(64)],
  ])("%j becomes %j", (name, id) => {
    expect(agentIdOf(name)).toBe(id);
  });
});

describe("changing", () => {
  test("what is not named stays, null and empty texts clear", async () => {
    await using rig = await EditorRig.create({
      agents: {
        entries: {
          main: {
            name: "M",
            model: { primary: "a/b", fallbacks: ["c/d"] },
            identity: { name: "Ada", emoji: "🦊" },
          },
        },
      },
    });
    await rig.editor.update("main", { model: "x/y", identity: { emoji: "", theme: "dry" } });
    expect(rig.agents).toEqual({
      entries: {
        main: {
          name: "M",
          model: { primary: "x/y", fallbacks: ["c/d"] },
          identity: { name: "Ada", theme: "dry" },
        },
      },
    });
    await rig.editor.update("main", { model: null, identity: { name: "", theme: "" } });
    expect(rig.agents).toEqual({ entries: { main: { name: "M" } } });
  });

  test("the implicit agent can be changed, and an older list is changed in its place", async () => {
    await using fresh = await EditorRig.create();
    await fresh.editor.update("main", { identity: { name: "Ada" } });
    expect(fresh.agents).toEqual({ entries: { main: { identity: { name: "Ada" } } } });
    await using old = await EditorRig.create({ agents: { list: [{ id: "main" }, { id: "Work" }] } });
    await old.editor.update("work", { workspace: "~/w" });
    expect(old.agents).toEqual({ list: [{ id: "main" }, { id: "Work", workspace: "~/w" }] });
  });

  test("an agent nobody knows is refused", async () => {
    await using rig = await EditorRig.create();
    await expect(rig.editor.update("nobody", { name: "N" })).rejects.toThrow('agent "nobody" not found');
    await expect(rig.editor.remove("constructor", { deleteFiles: true })).rejects.toThrow("not found");
  });

  test("the default model keeps its fallbacks", async () => {
    await using rig = await EditorRig.create({
      agents: { defaults: { model: { primary: "a/b", fallbacks: ["c/d"] } } },
    });
    await rig.editor.setDefaultModel("x/y");
    await rig.editor.setAgentModel("main", "m/n");
    expect(rig.agents).toEqual({
      defaults: { model: { primary: "x/y", fallbacks: ["c/d"] } },
      entries: { main: { model: "m/n" } },
    });
  });
});

describe("removing", () => {
  const TWO = { agents: { defaults: { systemAgent: { agentId: "work" } }, entries: { main: {}, work: {} } } };

  test("its folders go to the trash, from where they can be moved back", async () => {
    await using rig = await EditorRig.create(TWO);
    for (const folder of ["workspace-work", "agents/work/agent"])
      mkdirSync(rig.at(folder), { recursive: true });
    writeFileSync(rig.at("workspace-work", "MEMORY.md"), "precious");
    const { removed, failed } = await rig.editor.remove("work", { deleteFiles: true });
    expect(failed).toEqual([]);
    expect(removed).toEqual([
      {
        path: rig.at("workspace-work"),
        method: "trash",
        to: rig.at("trash", "20261121-000800-work", "workspace"),
      },
      {
        path: rig.at("agents", "work"),
        method: "trash",
        to: rig.at("trash", "20261121-000800-work", "agent"),
      },
    ]);
    expect(readFileSync(`${removed[0]?.to}/MEMORY.md`, "utf8")).toBe("precious");
    expect(existsSync(rig.at("workspace-work"))).toBe(false);
  });

  test("the one that is left stays where it lives, and nothing points to the one that went", async () => {
    await using rig = await EditorRig.create(TWO);
    const { work: _, ...others } = rig.workspaces;
    await rig.editor.remove("work", { deleteFiles: false });
    expect(rig.workspaces).toEqual(others);
    expect(rig.agents).toEqual({
      defaults: {},
      entries: { main: { workspace: "~/.openclaw/workspace-main" } },
    });
  });

  test("bindings that lead to it go, and are counted", async () => {
    await using rig = await EditorRig.create({
      ...TWO,
      bindings: [
        { agentId: "work", match: { channel: "telegram" } },
        { agentId: "main", match: { channel: "whatsapp" } },
      ],
    });
    expect((await rig.editor.remove("work", { deleteFiles: false })).removedBindings).toBe(1);
    expect(JSON.parse(readFileSync(rig.at("openclaw.json"), "utf8")).bindings).toEqual([
      { agentId: "main", match: { channel: "whatsapp" } },
    ]);
  });

  test("the only agent stays", async () => {
    await using rig = await EditorRig.create();
    await expect(rig.editor.remove("main", { deleteFiles: true })).rejects.toThrow("is the only one");
  });

  test("a folder that is not the gateway's own, or that another agent uses, stays, and the answer says why", async () => {
    await using rig = await EditorRig.create();
    const entries = {
      main: { workspace: "~/.openclaw/workspace-shared" },
      inner: { workspace: "~/.openclaw/workspace-shared/inner" },
      far: { workspace: "~/projects" },
      sly: { workspace: "~/.openclaw/credentials" },
    };
    await rig.edited(() => ({ agents: { entries } }));
    for (const folder of [".openclaw/workspace-shared/inner", "projects", ".openclaw/credentials"]) {
      mkdirSync(rig.home.at(folder), { recursive: true });
    }
    const reasonOf = async (id: string) =>
      (await rig.editor.remove(id, { deleteFiles: true })).failed[0]?.reason;
    expect(await reasonOf("inner")).toContain("another agent uses it");
    expect(await reasonOf("far")).toContain("not a workspace folder");
    expect(await reasonOf("sly")).toContain("not a workspace folder");
    for (const folder of [".openclaw/workspace-shared/inner", "projects", ".openclaw/credentials"]) {
      expect(existsSync(rig.home.at(folder))).toBe(true);
    }
  });
});

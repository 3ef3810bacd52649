import { describe, expect, test } from "bun:test";
import { ConfiguredRoster, UnknownAgentError } from "../../../src/agent/index.ts";
import { type OpenClawConfig, openClawRules } from "../../../src/config/index.ts";

const PATHS = { home: "/home/al", stateDir: "/state", workspaceDir: "/state/workspace" };

function configOf(agents: object): OpenClawConfig {
  const { ok, config, issues } = openClawRules.validate({ agents });
  if (!ok) throw new Error(JSON.stringify(issues));
  return config;
}

function rosterOf(agents: object): ConfiguredRoster {
  const config = configOf(agents);
  return new ConfiguredRoster({ config: () => config, paths: PATHS });
}

function workspaces(roster: ConfiguredRoster): Record<string, string> {
  return Object.fromEntries(roster.list().map(({ id, workspace }) => [id, workspace]));
}

describe("who is there", () => {
  test("without any agent there is one, main", () => {
    const roster = rosterOf({});
    expect(roster.list().map(({ id }) => id)).toEqual(["main"]);
    expect(roster.defaultId).toBe("main");
    expect(roster.get("main").isDefault).toBe(true);
    expect(roster.ownership).toBe("sole");
    expect(roster.selectionRequired).toBe(false);
  });

  test("the agents are those of the map and of the older list, whose ids are taken in small letters", () => {
    const roster = rosterOf({ entries: { work: { name: "Work" } }, list: [{ id: "Home" }] });
    expect(
      roster
        .list()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(["home", "work"]);
    expect(roster.get("work").name).toBe("Work");
    expect(roster.ownership).toBe("legacy");
  });

  test("the default is the one that systemAgent names", () => {
    const roster = rosterOf({
      defaults: { systemAgent: { agentId: "work" } },
      entries: { main: {}, work: {} },
    });
    expect(roster.defaultId).toBe("work");
    expect(roster.list().map(({ isDefault }) => isDefault)).toEqual([false, true]);
    expect(roster.ownership).toBe("explicit");
  });

  test("a systemAgent that is not there is passed over for the one that is marked", () => {
    const roster = rosterOf({
      defaults: { systemAgent: { agentId: "gone" } },
      entries: { main: {}, work: { default: true } },
    });
    expect(roster.defaultId).toBe("work");
  });

  test("several agents without a word about the default: main, and the choice is said to be open", () => {
    const roster = rosterOf({ entries: { a: {}, main: {} } });
    expect(roster.defaultId).toBe("main");
    expect(roster.selectionRequired).toBe(true);
  });

  test("an agent that is not configured is not there", () => {
    const roster = rosterOf({ entries: { work: {} } });
    expect(roster.has("main")).toBe(false);
    expect(() => roster.get("main")).toThrow(new UnknownAgentError("main"));
    expect(roster.has("constructor")).toBe(false);
  });

  test("a configuration that was replaced is read at once", () => {
    let config = configOf({});
    const roster = new ConfiguredRoster({ config: () => config, paths: PATHS });
    expect(roster.has("work")).toBe(false);
    config = configOf({ entries: { work: {} } });
    expect(roster.has("work")).toBe(true);
  });
});

describe("where they live", () => {
  test("a sole agent lives in the workspace of the state folder", () => {
    expect(workspaces(rosterOf({}))).toEqual({ main: "/state/workspace" });
    expect(workspaces(rosterOf({ entries: { work: {} } }))).toEqual({ work: "/state/workspace" });
  });

  test("or where the defaults say", () => {
    expect(workspaces(rosterOf({ defaults: { workspace: "~/claw" } }))).toEqual({ main: "/home/al/claw" });
  });

  test("several live in folders of their own", () => {
    expect(workspaces(rosterOf({ entries: { a: {}, b: { workspace: "~/b" } } }))).toEqual({
      a: "/state/workspace-a",
      b: "/home/al/b",
    });
    expect(workspaces(rosterOf({ defaults: { workspace: "/claw" }, entries: { a: {}, b: {} } }))).toEqual({
      a: "/claw/a",
      b: "/claw/b",
    });
  });

  test("commands start in the workspace, or where the agent or the defaults say", () => {
    const roster = rosterOf({
      defaults: { cwd: "/src" },
      entries: { a: {}, b: { cwd: "~/b" } },
    });
    expect(roster.get("a").cwd).toBe("/src");
    expect(roster.get("b").cwd).toBe("/home/al/b");
    expect(rosterOf({}).get("main").cwd).toBe("/state/workspace");
  });
});

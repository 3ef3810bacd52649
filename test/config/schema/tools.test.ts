import { expect, test } from "bun:test";
import { validateConfig } from "../../../src/config/index.ts";

test("allow and alsoAllow exclude each other in one place, wherever that is", () => {
  const both = { allow: ["read"], alsoAllow: ["write"] };
  const faults = (config: object) => validateConfig(config).issues.map((issue) => issue.path);
  expect(faults({ tools: both })).toEqual(["tools.alsoAllow"]);
  expect(faults({ tools: { byProvider: { openai: both }, toolsBySender: { "*": both } } })).toEqual([
    "tools.byProvider.openai.alsoAllow",
    "tools.toolsBySender.*.alsoAllow",
  ]);
  expect(faults({ agents: { entries: { main: { tools: both } } } })).toEqual([
    "agents.entries.main.tools.alsoAllow",
  ]);
  expect(faults({ agents: { list: [{ id: "main", tools: both }] } })).toEqual([
    "agents.list.0.tools.alsoAllow",
  ]);
  expect(
    faults({ tools: { allow: ["read"] }, agents: { entries: { main: { tools: { alsoAllow: [] } } } } }),
  ).toEqual([]);
});

test("an agent's tools are read like the common ones; what nothing reads yet is a warning", () => {
  const tools = {
    profile: "coding",
    exec: { mode: "deny", safeBins: ["jq"] },
    fs: { workspaceOnly: false },
    codeMode: { enabled: false },
  };
  const { config, issues, warnings } = validateConfig({ agents: { entries: { main: { tools } } } });
  expect(issues).toEqual([]);
  expect(config.agents.entries["main"]?.tools).toMatchObject({ profile: "coding", exec: { mode: "deny" } });
  expect(warnings.map((warning) => warning.path)).toEqual([
    "agents.entries.main.tools.exec.safeBins",
    "agents.entries.main.tools.codeMode",
  ]);
  expect(validateConfig({ agents: { entries: { main: { tools: { profile: "all" } } } } }).ok).toBe(false);
  expect(validateConfig({ agents: { entries: { main: { tools: { nonsense: 1 } } } } }).ok).toBe(false);
});

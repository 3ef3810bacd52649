import { expect } from "bun:test";
import { existsSync } from "node:fs";
import type { Exercise } from "./exercise.ts";

const FILE = { agentId: "main", name: "USER.md" };

/** `agents.*` and `agent.identity.get`. */
export const AGENT_EXERCISES: Readonly<Record<string, Exercise>> = {
  "agents.list": async ({ operator }) => {
    const { agents, defaultId } = await operator.call<{
      agents: { id: string; model?: object }[];
      defaultId: string;
    }>("agents.list", {});
    expect(agents.find(({ id }) => id === defaultId)?.model).toMatchObject({ primary: "mock/mock-1" });
  },
  "agents.create": async ({ operator }) => {
    const created = await operator.call("agents.create", { name: "Scout", emoji: "🔭" });
    expect(created).toMatchObject({ ok: true, agentId: "scout", name: "Scout" });
    expect(await operator.call("agents.list", {})).toMatchObject({
      defaultId: "main",
      selectionRequired: false,
    });
    const again = await operator.refusal("agents.create", { name: "scout" });
    expect(again).toMatchObject({ gatewayCode: "INVALID_REQUEST" });
    await operator.call("agents.delete", { agentId: "scout" });
  },
  "agents.update": async ({ operator }) => {
    await operator.call("agents.update", { agentId: "main", emoji: "🦊", model: null });
    const nobody = await operator.refusal("agents.update", { agentId: "nobody", name: "N" });
    expect(nobody).toMatchObject({ gatewayCode: "INVALID_REQUEST" });
  },
  "agents.delete": async ({ operator, home }) => {
    const { workspace } = await operator.call<{ workspace: string }>("agents.create", {
      name: "Brief",
      workspace: home.at(".openclaw", "workspace-brief"),
    });
    await operator.call("agents.files.set", { agentId: "brief", name: "SOUL.md", content: "brief" });
    expect(await operator.call("agents.delete", { agentId: "brief" })).toMatchObject({
      ok: true,
      removed: [{ path: workspace, method: "trash" }, { method: "missing" }],
      failed: [],
    });
    expect(existsSync(workspace)).toBe(false);
  },
  "agents.files.list": async ({ operator }) => {
    const { files } = await operator.call<{ files: { name: string }[] }>("agents.files.list", {
      agentId: "main",
    });
    expect(files.map(({ name }) => name)).toContain("AGENTS.md");
  },
  "agents.files.get": async ({ operator }) => {
    expect(await operator.call("agents.files.get", FILE)).toMatchObject({ file: { name: "USER.md" } });
    const outside = await operator.refusal("agents.files.get", { ...FILE, name: "../vault.json" });
    expect(outside).toMatchObject({ gatewayCode: "INVALID_REQUEST" });
  },
  "agents.files.set": async ({ operator }) => {
    const written = await operator.call<{ file: { size: number } }>("agents.files.set", {
      ...FILE,
      content: "Al",
    });
    expect(written.file.size).toBe(2);
    expect(await operator.call("agents.files.get", FILE)).toMatchObject({ file: { content: "Al" } });
    const late = await operator.refusal("agents.files.set", {
      ...FILE,
      content: "Bo",
      expectedHash: "0".repeat(64),
    });
    expect(late).toMatchObject({ gatewayCode: "INVALID_REQUEST" });
  },
  "agent.identity.get": async ({ operator }) => {
    expect(await operator.call("agent.identity.get", {})).toMatchObject({
      agentId: "main",
      name: "Assistant",
    });
  },
  "agents.prompt": async ({ operator }) => {
    const { sections, totalChars } = await operator.call<{
      sections: { name: string }[];
      totalChars: number;
    }>("agents.prompt", {});
    expect(sections.map(({ name }) => name)).toContain("project-context");
    expect(totalChars).toBeLessThan(12 * 1024);
  },
};

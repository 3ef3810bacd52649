import { expect } from "bun:test";
import type { Exercise } from "./exercise.ts";

/** The tools, and one of them run outside a turn. */
export const TOOL_EXERCISES: Readonly<Record<string, Exercise>> = {
  "tools.catalog": async ({ operator }) => {
    const { groups } = await operator.call("tools.catalog", { agentId: "main" });
    expect(groups).toBeArray();
    expect(JSON.stringify(groups)).toContain('"exec"');
  },
  "tools.effective": async ({ operator }) => {
    const { key } = await operator.call("sessions.create", { agentId: "main" });
    const effective = await operator.call("tools.effective", { sessionKey: key });
    expect(JSON.stringify(effective)).toContain('"session_status"');
  },
  "browser.request": async ({ operator }) => {
    const { profiles } = await operator.call("browser.request", { method: "GET", path: "/profiles" });
    expect(profiles).toContainEqual(expect.objectContaining({ name: "openclaw", isDefault: true }));
  },
  "tools.invoke": async ({ operator }) => {
    const invoke = { name: "agents_list", args: {}, agentId: "main", idempotencyKey: "conformance-invoke" };
    expect(await operator.call("tools.invoke", invoke)).toMatchObject({ ok: true, toolName: "agents_list" });
    expect(await operator.call("tools.invoke", { name: "no-such-tool" })).toMatchObject({
      ok: false,
      error: { code: "not_found" },
    });
  },
};

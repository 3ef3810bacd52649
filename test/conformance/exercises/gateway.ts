import { expect } from "bun:test";
import { rename } from "node:fs/promises";
import { BOT_TOKEN, World } from "../support/index.ts";
import type { Exercise } from "./exercise.ts";

/** The methods of the gateway itself: state, configuration, secrets, logs. */
export const GATEWAY_EXERCISES: Readonly<Record<string, Exercise>> = {
  health: async ({ operator, node }) => {
    expect(await operator.call("health", { probe: true })).toMatchObject({ ok: true });
    expect(await node.call("health")).toMatchObject({ ok: true });
  },
  status: async ({ operator }) => {
    expect(await operator.call("status", { includeChannelSummary: false })).toMatchObject({
      runtimeVersion: expect.any(String),
      sessions: { count: 0 },
    });
  },
  "last-heartbeat": async ({ operator }) => {
    expect(await operator.call<unknown>("last-heartbeat")).toBeNull();
  },
  "system-presence": async ({ operator, operatorDevice, nodeId }) => {
    const rows = await operator.call<{ mode?: string; deviceId?: string }[]>("system-presence", {});
    expect(rows[0]?.mode).toBe("gateway");
    expect(rows.map(({ deviceId }) => deviceId)).toEqual(expect.arrayContaining([operatorDevice.id, nodeId]));
  },
  "system-event": async ({ operator, operatorDevice }) => {
    const beacon = {
      text: "Node: workshop (10.0.0.7) · app 1.0 · last input 3s ago · mode ui · reason launch",
      deviceId: operatorDevice.id,
      sessionKey: "agent:main:main",
      idempotencyKey: "beacon-1",
      lastInputSeconds: 3,
      tags: ["a"],
      host: "",
    };
    expect(await operator.call("system-event", beacon)).toEqual({ ok: true });
    await operator.event("presence", ({ presence }) => JSON.stringify(presence).includes("10.0.0.7"));
    const rows = await operator.call<{ deviceId?: string }[]>("system-presence");
    expect(rows.filter(({ deviceId }) => deviceId === operatorDevice.id)).toMatchObject([
      { host: "workshop", lastInputSeconds: 3, version: "1.0", clientId: "openclaw-linux" },
    ]);
    expect(await operator.call("system-event", { text: "the printer is on fire" })).toEqual({ ok: true });
    expect(await operator.call("status")).toMatchObject({
      queuedSystemEvents: ["Node: workshop (10.0.0.7) · app 1.0", "the printer is on fire"],
    });
    expect(await operator.refusal("system-event", { text: " " })).toMatchObject({ message: "text required" });
  },
  "system.info": async ({ operator, gateway }) => {
    expect(await operator.call("system.info", {})).toMatchObject({ pid: gateway.pid, port: gateway.port });
  },
  "gateway.identity.get": async ({ operator }) => {
    const first = await operator.call("gateway.identity.get", {});
    expect(first.deviceId).toMatch(/^[0-9a-f]{64}$/);
    expect(await operator.call("gateway.identity.get", {})).toEqual(first);
  },
  "gateway.restart.preflight": async ({ operator }) => {
    expect(await operator.call("gateway.restart.preflight", {})).toMatchObject({ safe: true, blockers: [] });
  },
  "gateway.restart.request": async ({ operator }) => {
    await using other = await World.create();
    const answer = await other.operator.call("gateway.restart.request", { reason: "exercise" });
    expect(answer).toMatchObject({ ok: true, status: "scheduled", restart: { mode: "in-process" } });
    expect(await other.node.event("shutdown")).toMatchObject({ restartExpectedMs: expect.any(Number) });
    await Promise.all([other.operator.hello(2), other.node.hello(2)]);
    const { nodes } = await other.operator.call<{ nodes: unknown[] }>("node.list", {});
    expect(nodes).toMatchObject([{ nodeId: other.nodeId, approvalState: "approved", connected: true }]);
    // The world at large is not restarted: the others go on using it.
    expect(await operator.call("health")).toMatchObject({ ok: true });
  },
  "gateway.stop": async () => {
    await using other = await World.create();
    expect(await other.operator.call("gateway.stop", {})).toMatchObject({ ok: true, pid: other.gateway.pid });
    expect(await other.gateway.exited).toBe(0);
  },
  "update.status": async ({ operator }) => {
    expect(await operator.call("update.status", {})).toMatchObject({
      updateAvailable: null,
      effectiveChannel: "stable",
    });
  },
  "commands.list": async ({ operator }) => {
    const { commands } = await operator.call("commands.list", { scope: "both", includeArgs: true });
    expect(commands).toContainEqual(expect.objectContaining({ name: "status", textAliases: ["/status"] }));
  },

  "config.get": async ({ operator }) => {
    const view = await operator.call("config.get", {});
    expect(view).toMatchObject({ exists: true, valid: true, issues: [] });
    expect(JSON.stringify(view)).not.toContain(BOT_TOKEN);
  },
  "config.set": async (world) => {
    const { raw, hash } = await document(world);
    const edited = raw.replace(WORKSPACE, '"~/agents/set"');
    await world.operator.call("config.set", { raw: edited, baseHash: hash });
    expect((await document(world)).raw).toContain("~/agents/set");
    await world.operator.event("config.changed", ({ path }) => typeof path === "string");
    const stale = await world.operator.refusal("config.set", { raw: edited, baseHash: hash });
    expect(stale).toMatchObject({ gatewayCode: "INVALID_REQUEST" });
  },
  "config.patch": async (world) => {
    const { hash } = await document(world);
    const raw = JSON.stringify({ agents: { defaults: { workspace: "~/agents/patch" } } });
    const done = await world.operator.call("config.patch", { raw, baseHash: hash, note: "by hand" });
    expect(done).toMatchObject({ ok: true, changedPaths: ["agents.defaults.workspace"] });
    expect((await document(world)).raw).toContain("// kept by hand");
  },
  "config.apply": async (world) => {
    const { raw, hash } = await document(world);
    const edited = raw.replace(WORKSPACE, '"~/agents/apply"');
    expect(await world.operator.call("config.apply", { raw: edited, baseHash: hash })).toMatchObject({
      ok: true,
    });
    expect((await document(world)).raw).toContain("~/agents/apply");
  },
  "config.schema": async ({ operator }) => {
    const { schema } = await operator.call("config.schema", {});
    expect(schema).toMatchObject({ properties: { gateway: expect.anything() } });
  },
  "config.schema.lookup": async ({ operator }) => {
    const found = await operator.call("config.schema.lookup", { path: "gateway.auth" });
    expect(found).toMatchObject({ path: "gateway.auth", children: expect.any(Array) });
    await operator.call("config.schema.lookup", { path: "channels.telegram.accounts.*.botToken" });
    await operator.refusal("config.schema.lookup", { path: "gateway.nonsense" });
  },

  "secrets.reload": async ({ operator, home }) => {
    await rename(home.at("vault.json"), home.at("elsewhere.json"));
    expect(await operator.call("secrets.reload", {})).toEqual({ ok: true, warningCount: 1 });
    const { degradedSecretOwners } = await operator.call("status");
    expect(degradedSecretOwners).toBeArrayOfSize(1);
    expect(JSON.stringify(degradedSecretOwners)).not.toContain(BOT_TOKEN);
    await rename(home.at("elsewhere.json"), home.at("vault.json"));
    expect(await operator.call("secrets.reload", {})).toEqual({ ok: true, warningCount: 0 });
    expect(await operator.call("status")).toMatchObject({ degradedSecretOwners: [] });
  },
  "secrets.resolve": async ({ operator }) => {
    const answer = await operator.call("secrets.resolve", {
      commandName: "test",
      targetIds: ["channels.telegram.botToken"],
    });
    expect(answer).toMatchObject({
      assignments: [{ path: "channels.telegram.botToken", value: BOT_TOKEN }],
    });
  },
  "secrets.profiles.list": async ({ operator }) => {
    const { profileId } = await operator.call("models.authSetApiKey", {
      provider: "cerebras",
      apiKey: "key-that-is-listed",
    });
    const listed = await operator.call("secrets.profiles.list", { salt: "0123456789abcdef" });
    expect(listed).toMatchObject({
      profiles: expect.arrayContaining([expect.objectContaining({ profileId, holds: "text" })]),
    });
    expect(JSON.stringify(listed)).not.toContain("key-that-is-listed");
  },
  "secrets.profiles.change": async ({ operator }) => {
    const { profileId } = await operator.call("models.authSetApiKey", {
      provider: "together",
      apiKey: "key-that-goes",
    });
    type Listed = { profiles: readonly { profileId: string; holds: string; updatedAt: number }[] };
    const look = async () => {
      const { profiles } = await operator.call<Listed>("secrets.profiles.list", {});
      return profiles.find((one) => one.profileId === profileId);
    };
    const ref = { source: "env", provider: "default", id: "NOT_THERE" };
    const seenAt = (await look())?.updatedAt ?? null;
    await operator.refusal("secrets.profiles.change", { changes: [{ profileId, seenAt: null, ref }] });
    expect(await operator.call("secrets.profiles.change", { changes: [{ profileId, seenAt, ref }] })).toEqual(
      {
        ok: true,
        changed: [profileId],
      },
    );
    const now = await look();
    expect(now).toMatchObject({ holds: "reference", ref });
    const removal = { profileId, seenAt: now?.updatedAt ?? null };
    expect(await operator.call("secrets.profiles.change", { changes: [removal] })).toMatchObject({
      ok: true,
    });
    expect(await look()).toBeUndefined();
  },

  "logs.tail": async ({ operator }) => {
    const first = await operator.call<{ lines: string[]; cursor: number }>("logs.tail", { limit: 5 });
    expect(first.lines.length).toBeGreaterThan(0);
    expect(first.lines.join("\n")).not.toContain(BOT_TOKEN);
    const next = await operator.call<{ cursor: number }>("logs.tail", { cursor: first.cursor });
    expect(next.cursor).toBeGreaterThanOrEqual(first.cursor);
  },
};

/** The one value of the document that the exercises change. */
const WORKSPACE = /"~\/agents?[^"]*"/;

/** The document as it is on disk, with its hash. */
async function document({ operator, home }: World): Promise<{ raw: string; hash: string }> {
  const { hash } = await operator.call<{ hash: string }>("config.get", {});
  return { raw: await Bun.file(home.at(".openclaw", "openclaw.json")).text(), hash };
}

import { expect, test } from "bun:test";
import { freePort, spawnGateway, type TempHome, tempHome, within, WireClient } from "../../support/index.ts";
import { startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
const TOKEN = "rpc-token-0123456789";

interface View {
  readonly hash: string;
  readonly raw: string | null;
  readonly parsed: Record<string, unknown>;
}

async function configured(home: TempHome, config: object | string = {}) {
  const port = await freePort();
  const basics = { gateway: { mode: "local", port, auth: { token: TOKEN } } };
  await home.write(
    FILE,
    typeof config === "string" ? config.replace("PORT", String(port)) : { ...basics, ...config },
  );
  const program = await startProgram(["gateway"], { home });
  await program.said(/\bready\b/);
  const operator = async (token = TOKEN, at = port) => {
    const client = await WireClient.open(`ws://127.0.0.1:${at}/`);
    const { ok, error } = await client.connect({ auth: { token } });
    if (!ok) throw new Error(error?.message);
    return client;
  };
  return { port, operator, program, [Symbol.asyncDispose]: () => program[Symbol.asyncDispose]() };
}

const view = async (client: WireClient) => (await client.call("config.get")) as View;
const text = (home: TempHome) => Bun.file(home.at(FILE)).text();

test("B12: a patch through the gateway is written, keeps comments, and every client hears of it (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(
    home,
    `{
  // my gateway
  gateway: { mode: "local", port: PORT, auth: { token: "${TOKEN}" } },
}
`,
  );
  await using writer = await gateway.operator();
  await using other = await gateway.operator();
  const { hash } = await view(writer);
  const raw = `{ logging: { level: "debug" } }`;
  expect(await writer.call("config.patch", { raw, baseHash: hash })).toMatchObject({
    ok: true,
    changedPaths: ["logging.level"],
  });
  const { payload } = await other.event("config.changed");
  expect(payload).toMatchObject({ path: home.at(FILE), hash: (await view(writer)).hash });
  expect(await text(home)).toContain("// my gateway");
  expect(await text(home)).toMatch(/level: "debug"/);
  expect(await Bun.file(home.at(`${FILE}.bak`)).text()).not.toContain("debug");
});

test("a write without a base hash, or with an old one, is refused and changes nothing (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home);
  await using operator = await gateway.operator();
  const { hash } = await view(operator);
  const before = await text(home);
  const raw = JSON.stringify({ logging: { level: "debug" } });
  for (const method of ["config.set", "config.patch", "config.apply"]) {
    const missing = await operator.request(method, { raw });
    expect(missing.error).toMatchObject({ code: "INVALID_REQUEST" });
    expect(missing.error?.message).toContain("config base hash required");
    const stale = await operator.request(method, { raw, baseHash: "0".repeat(hash.length) });
    expect(stale.error?.message).toContain("config changed since last load; re-run config.get and retry");
  }
  expect(await text(home)).toBe(before);
});

test("B12: of two writers with the same base hash one wins, and nothing of it is lost (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home);
  await using a = await gateway.operator();
  await using b = await gateway.operator();
  const { hash } = await view(a);
  const write = (client: WireClient, level: string) =>
    client.request("config.patch", { raw: JSON.stringify({ logging: { level } }), baseHash: hash });
  const answers = await Promise.all([write(a, "debug"), write(b, "warn")]);
  const won = answers.map(({ ok }) => ok);
  expect(won.filter(Boolean)).toHaveLength(1);
  expect(await text(home)).toContain(won[0] ? "debug" : "warn");
});

test("invalid content is refused with its issues and stays out of the file (seed 38)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home);
  await using operator = await gateway.operator();
  const { hash } = await view(operator);
  const before = await text(home);
  for (const raw of [`{ gateway: { prot: 1 } }`, `{ gateway: { port: "many" } }`, "{ no", "[]"]) {
    const { error } = await operator.request("config.patch", { raw, baseHash: hash });
    expect(error).toMatchObject({ code: "INVALID_REQUEST" });
  }
  const misspelt = await operator.request("config.patch", {
    raw: `{ gateway: { prot: 1 } }`,
    baseHash: hash,
  });
  expect(JSON.stringify(misspelt.error)).toMatch(/prot.*port/);
  expect(await text(home)).toBe(before);
});

test("B12: a write that would lose gateway.mode is refused and kept aside (seed 236)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home);
  await using operator = await gateway.operator();
  const { hash } = await view(operator);
  const { error } = await operator.request("config.set", { raw: "{}", baseHash: hash });
  expect(error?.message).toContain("config write refused");
  const kept = /in (\S+rejected\S+?)[.,;]?\s/.exec(`${error?.message} `)?.[1] ?? "";
  expect(await Bun.file(kept).text()).toContain("lastTouchedVersion");
});

test("config.apply of a new port answers first, then restarts on it; the log tells it in that order (seeds 34, 39)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home);
  await using operator = await gateway.operator();
  const { hash, raw } = await view(operator);
  const port = await freePort();
  const next = (raw ?? "").replace(String(gateway.port), String(port));
  const answer = await operator.request("config.apply", { raw: next, baseHash: hash });
  expect(answer).toMatchObject({ ok: true });
  expect(await operator.event("shutdown")).toMatchObject({ payload: { restartExpectedMs: 1500 } });
  expect((await operator.closed).code).toBe(1012);
  const kinds = operator.frames.map((frame) => (frame.type === "res" ? frame.id : frame.event));
  expect(kinds.indexOf(answer.id)).toBeLessThan(kinds.indexOf("shutdown"));
  await gateway.program.said(`listening on ws://127.0.0.1:${port}`);
  await gateway.program.said(/stopped for a restart[^]*\bready\b/);
  const steps = [
    "config change detected; evaluating reload (gateway.port",
    "config change requires gateway restart (gateway.port)",
    "stopped for a restart",
    `listening on ws://127.0.0.1:${port}`,
  ];
  const lines = gateway.program.output().split("\n");
  const at = steps.map((step) => lines.findIndex((line) => line.includes(step)));
  expect(at).toEqual([...at].sort((a, b) => a - b));
  expect(at[0]).toBeGreaterThan(0);
  await using again = await gateway.operator(TOKEN, port);
  // The token went out redacted and came back: the file still holds the real one.
  expect(await text(home)).toContain(TOKEN);
  expect(await again.call("health")).toMatchObject({ ok: true });
});

test("a token rotated through the gateway: the writer gets its answer, then only the new token counts (seed 62)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home);
  await using operator = await gateway.operator();
  const { hash } = await view(operator);
  const raw = JSON.stringify({ gateway: { auth: { token: "rotated-by-rpc-0123456789" } } });
  const answer = await operator.request("config.patch", { raw, baseHash: hash });
  expect(answer.ok).toBe(true);
  expect(JSON.stringify(answer)).not.toContain("rotated-by-rpc");
  await within("the old client's end", operator.closed);
  await using fresh = await gateway.operator("rotated-by-rpc-0123456789");
  expect(await fresh.call("health")).toMatchObject({ ok: true });
});

test("node commands denied through the configuration are denied at once (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home);
  await using operator = await gateway.operator();
  const { hash } = await view(operator);
  const raw = JSON.stringify({ gateway: { nodes: { commands: { deny: ["system.run"] } } } });
  await operator.call("config.patch", { raw, baseHash: hash });
  await gateway.program.said("config hot reload applied (gateway.nodes.commands.deny");
  expect(await operator.call("health")).toMatchObject({ ok: true });
});

test("a read-only configuration refuses every write with the variable's name (seed 34)", async () => {
  await using home = await tempHome();
  await home.write(FILE, { gateway: { mode: "local" } });
  await using gateway = await spawnGateway({ home, env: { OPENCLAW_CONFIG_READONLY: "1" } });
  await using operator = await gateway.operator();
  const { hash } = await view(operator);
  const { error } = await operator.request("config.patch", {
    raw: `{ logging: { level: "debug" } }`,
    baseHash: hash,
  });
  expect(error?.message).toContain("OPENCLAW_CONFIG_READONLY");
});

test("gateway.restart.request restarts in process even when commands.restart is off (seed 40)", async () => {
  await using home = await tempHome();
  await using gateway = await configured(home, { commands: { restart: false } });
  await using operator = await gateway.operator();
  expect(await operator.call("gateway.restart.request", { reason: "test" })).toMatchObject({
    ok: true,
    restart: { pid: gateway.program.pid, mode: "in-process" },
  });
  expect(await operator.event("shutdown")).toMatchObject({ payload: { reason: "gateway restarting" } });
  await gateway.program.said(/stopped for a restart[^]*\bready\b/);
});

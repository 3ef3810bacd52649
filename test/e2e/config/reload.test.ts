import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import {
  freePort,
  runOpenclaw,
  type TempHome,
  tempHome,
  until,
  within,
  WireClient,
} from "../../support/index.ts";
import { type Program, startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
const TOKEN = "reload-token-0123456789";

interface Running extends Program {
  readonly home: TempHome;
  readonly port: number;
  /** Writes the file as a person would, `gateway` merged over the basics. */
  edit(gateway: object, rest?: object): Promise<void>;
  operator(token?: string, port?: number): Promise<WireClient>;
}

async function running(
  home: TempHome,
  gateway: object = {},
  rest: object = {},
  env: Record<string, string> = {},
) {
  const port = await freePort();
  const write = async (change: object, more: object = {}) => {
    const base = { mode: "local", port, auth: { token: TOKEN }, reload: { debounceMs: 20 }, ...gateway };
    await home.write(FILE, { ...rest, ...more, gateway: { ...base, ...change } });
  };
  await write({});
  const program = await startProgram(["gateway"], { home, env });
  await program.said(/\bready\b/);
  const result: Running = {
    ...program,
    home,
    port,
    output: () => program.output(),
    edit: write,
    async operator(token = TOKEN, at = port) {
      const client = await WireClient.open(`ws://127.0.0.1:${at}/`);
      const { ok, error } = await client.connect({ auth: { token } });
      if (!ok) throw new Error(error?.message);
      return client;
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
  return result;
}

/** Requests that were printed although they were quick; one that took long, as on a busy machine, is told at any level. */
function quickOnes(gateway: Program): string[] {
  return gateway.output().match(/⇄ res ✓ health [1-4]?\dms/g) ?? [];
}

async function originCode(port: number, origin: string): Promise<unknown> {
  await using client = await WireClient.open(`ws://127.0.0.1:${port}/`, { headers: { Origin: origin } });
  const { error } = await client.connect({
    client: { id: "openclaw-control-ui", version: "1", platform: "web", mode: "webchat" },
    auth: { token: TOKEN },
  });
  return error?.details?.code;
}

test("a new token in the file is in force without a restart, and cuts off the old one's clients (seeds 31, 34)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await using old = await gateway.operator();
  await gateway.edit({ auth: { token: "rotated-token-0123456789" } });
  expect(await old.event("config.changed")).toMatchObject({ payload: { path: home.at(FILE) } });
  await within("the old client's end", old.closed);
  await using fresh = await gateway.operator("rotated-token-0123456789");
  expect(await fresh.call("health")).toMatchObject({ ok: true });
  await expect(gateway.operator(TOKEN)).rejects.toThrow("unauthorized");
  await gateway.said("config change detected; evaluating reload (gateway.auth.token)");
  await gateway.said("config hot reload applied (gateway.auth.token)");
  expect(gateway.output()).not.toContain("restarting");
  expect(gateway.output()).not.toContain("rotated-token");
});

test("allowed origins are taken from the file at once (seeds 34, 78)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  const origin = "https://panel.example";
  expect(await originCode(gateway.port, origin)).toBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
  await gateway.edit({ controlUi: { allowedOrigins: [origin] } });
  await gateway.said("config hot reload applied (gateway.controlUi.allowedOrigins");
  expect(await originCode(gateway.port, origin)).not.toBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
});

test("the log levels are taken from the file at once (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await using operator = await gateway.operator();
  await operator.call("health");
  expect(quickOnes(gateway)).toEqual([]);
  await gateway.edit({}, { logging: { consoleLevel: "debug" } });
  await gateway.said("evaluating reload (logging");
  await until("a debug line", async () => {
    await operator.call("health");
    return quickOnes(gateway).length > 0;
  });
});

test("another log file is begun with a restart, and no line is lost on the way (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await gateway.edit({}, { logging: { file: "~/moved.log" } });
  await gateway.said(/stopped for a restart[^]*\bready\b/);
  expect(gateway.output()).toContain("config change requires gateway restart (logging.file)");
  const [first = "", second = ""] = [...gateway.output().matchAll(/log file: (\S+)/g)].map(
    ([, file]) => file,
  );
  expect(second).toBe(home.at("moved.log"));
  expect(await Bun.file(first).text()).toContain("stopped for a restart");
  await using operator = await gateway.operator();
  expect(JSON.stringify(await operator.call("logs.tail"))).toContain("listening on");
  expect(await Bun.file(second).text()).toContain("listening on");
});

test("--log-level outlasts a reload (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home, {}, {}, { OPENCLAW_LOG_LEVEL: "debug" });
  await using operator = await gateway.operator();
  await gateway.edit({ controlUi: { allowedOrigins: ["https://panel.example"] } });
  await gateway.said("config hot reload applied");
  await operator.call("last-heartbeat");
  await gateway.said("⇄ res ✓ last-heartbeat");
});

test("a new port in the file restarts the gateway in the same process, on the new port (seeds 34, 39)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await using operator = await gateway.operator();
  const port = await freePort();
  await gateway.edit({ port });
  expect(await operator.event("shutdown")).toMatchObject({
    payload: { reason: "gateway restarting", restartExpectedMs: 1500 },
  });
  expect(await operator.closed).toMatchObject({ code: 1012 });
  await gateway.said(`listening on ws://127.0.0.1:${port}`);
  await using again = await gateway.operator(TOKEN, port);
  expect(await again.call("health")).toMatchObject({ ok: true });
  await expect(WireClient.open(`ws://127.0.0.1:${gateway.port}/`)).rejects.toThrow();
  expect(gateway.output()).toContain("config change requires gateway restart (gateway.port)");
  await until("the second start", () => gateway.output().match(/\bready\b/g)?.length === 2);
});

test("a new port that somebody holds is said, with its holder, and the gateway carries on where it is (seeds 34, 235)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await using operator = await gateway.operator();
  using holder = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const origin = "https://panel.example";
  await gateway.edit({ port: holder.port, controlUi: { allowedOrigins: [origin] } });
  await gateway.said("restart given up; the gateway carries on as it is");
  expect(gateway.output()).toContain(`already listening on ws://127.0.0.1:${holder.port} (EADDRINUSE)`);
  expect(await operator.call("health")).toMatchObject({ ok: true });
  // What needs no restart does not wait for one that cannot be.
  await gateway.said("config hot reload applied (gateway.controlUi.allowedOrigins); the rest waits");
  expect(await originCode(gateway.port, origin)).not.toBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
  const port = await freePort();
  await gateway.edit({ port, controlUi: { allowedOrigins: [origin] } });
  await gateway.said(`listening on ws://127.0.0.1:${port}`);
});

test("mode off applies nothing, but tells; a restart takes everything (seed 35)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home, { reload: { mode: "off", debounceMs: 20 } });
  await using operator = await gateway.operator();
  const port = await freePort();
  await gateway.edit({ port, auth: { token: "another-token-0123456789" } });
  await gateway.said(/off mode ignoring \(.*gateway\.port.*\)/);
  await using still = await gateway.operator(TOKEN);
  await still.call("secrets.reload");
  await using yet = await gateway.operator(TOKEN);
  expect(await yet.call("health")).toMatchObject({ ok: true });
  expect(await operator.call("health")).toMatchObject({ ok: true });
  gateway.signal("SIGUSR1");
  await gateway.said(`listening on ws://127.0.0.1:${port}`);
  await using taken = await gateway.operator("another-token-0123456789", port);
  expect(await taken.call("health")).toMatchObject({ ok: true });
});

test("mode off says why an invalid file would not do (seed 35)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home, { reload: { mode: "off", debounceMs: 20 } });
  await gateway.edit({ port: "many" });
  await gateway.said(/config reload skipped \(invalid config\): gateway\.port/);
});

test("mode hot applies what is safe and leaves the port as it is, saying so (seed 36)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home, { reload: { mode: "hot", debounceMs: 20 } });
  await using operator = await gateway.operator();
  const port = await freePort();
  await gateway.edit({ port, controlUi: { allowedOrigins: ["https://panel.example"] } });
  await gateway.said("config reload requires gateway restart; hot mode ignoring (gateway.port)");
  await gateway.said("config hot reload applied (gateway.controlUi.allowedOrigins)");
  expect(await originCode(gateway.port, "https://panel.example")).not.toBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
  expect(await operator.call("health")).toMatchObject({ ok: true });
});

test("what hot mode ignored is done once the mode allows it (seeds 34, 36)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home, { reload: { mode: "hot", debounceMs: 20 } });
  const port = await freePort();
  await gateway.edit({ port });
  await gateway.said("hot mode ignoring (gateway.port)");
  await gateway.edit({ port, reload: { mode: "hybrid", debounceMs: 20 } });
  await gateway.said(`listening on ws://127.0.0.1:${port}`);
});

test("mode restart restarts for safe changes too, not for what is read live (seed 37)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home, { reload: { mode: "restart", debounceMs: 20 } });
  await gateway.edit({}, { messages: { responsePrefix: "hi" } });
  await gateway.said("evaluating reload (messages");
  const port = await freePort();
  await gateway.edit({ port });
  await gateway.said(`listening on ws://127.0.0.1:${port}`);
  expect(gateway.output().match(/requires gateway restart \(.*?\)/g)).toEqual([
    expect.stringContaining("gateway.port"),
  ]);
});

test("B13: an invalid file leaves the running snapshot; mended, all new values are there at once (seed 38)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await using operator = await gateway.operator();
  await home.write(FILE, `{ gateway: { mode: "local", auth: { token: "half-written`);
  await gateway.said("config reload skipped (invalid config)");
  expect(await operator.call("health")).toMatchObject({ ok: true });
  await using still = await gateway.operator();
  expect(await still.call("config.get")).toMatchObject({ valid: false });
  const origin = "https://panel.example";
  await gateway.edit({ auth: { token: "mended-token-0123456789" }, controlUi: { allowedOrigins: [origin] } });
  await within("the old client's end", operator.closed);
  await using fresh = await gateway.operator("mended-token-0123456789");
  expect(await fresh.call("config.get")).toMatchObject({ valid: true });
});

test("a restart asked for while the file is invalid carries on with the configuration from before (seed 38)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await home.write(FILE, "{ spoilt");
  await gateway.said("config reload skipped (invalid config)");
  gateway.signal("SIGUSR1");
  await gateway.said("restarting on the configuration from before");
  await gateway.said(/stopped for a restart[^]*\bready\b/);
  await using operator = await gateway.operator();
  expect(await operator.call("health")).toMatchObject({ ok: true });
});

test("B13: an edit no gateway could run on is refused with its reason and ends nothing (seeds 38, 68)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await using operator = await gateway.operator();
  await gateway.edit({ bind: "lan", auth: { mode: "none" } });
  await gateway.said("config reload failed: Refusing to bind gateway to lan without auth.");
  expect(gateway.output()).toContain("Refusing to bind gateway to lan without auth.");
  await gateway.edit({ auth: { token: { source: "env", provider: "default", id: "NOT_SET_ANYWHERE" } } });
  await gateway.said("NOT_SET_ANYWHERE");
  expect(await operator.call("health")).toMatchObject({ ok: true });
});

test("a vanished file changes nothing (seed 38)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await Bun.file(home.at(FILE)).delete();
  await gateway.said("config reload skipped (config file is missing)");
  await using operator = await gateway.operator();
  expect(await operator.call("health")).toMatchObject({ ok: true });
});

test("an included file is watched like the file itself, and OPENCLAW_CONFIG_PATH like the default (seeds 31, 32)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const part = (token: string) => home.write("conf/auth.json5", { token });
  await part("included-token-0123456789");
  const config = await home.write("conf/main.json5", {
    gateway: { mode: "local", port, auth: { $include: "./auth.json5" }, reload: { debounceMs: 20 } },
  });
  await using gateway = await startProgram(["gateway"], { home, env: { OPENCLAW_CONFIG_PATH: config } });
  await gateway.said(/\bready\b/);
  await part("included-anew-0123456789");
  await gateway.said("config hot reload applied (gateway.auth.token)");
  await using client = await WireClient.open(`ws://127.0.0.1:${port}/`);
  expect(await client.connect({ auth: { token: "included-anew-0123456789" } })).toMatchObject({ ok: true });
});

test("many edits in a moment come to one reload of the last one (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  // In one go: a machine that is busy between two edits would make two moments of it.
  const text = readFileSync(home.at(FILE), "utf8");
  const config = JSON.parse(text) as { gateway: object };
  for (let i = 0; i < 20; i += 1) {
    const controlUi = { allowedOrigins: [`https://p${i}.example`] };
    writeFileSync(home.at(FILE), JSON.stringify({ ...config, gateway: { ...config.gateway, controlUi } }));
  }
  await gateway.said("config hot reload applied");
  await until("the last origin", async () => {
    return (await originCode(gateway.port, "https://p19.example")) !== "CONTROL_UI_ORIGIN_NOT_ALLOWED";
  });
  expect((gateway.output().match(/hot reload applied/g) ?? []).length).toBeLessThan(5);
});

test("a change that nothing reads is not told as applied, restarts nothing, and the command line says so", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await gateway.edit({}, { env: { shellEnv: { enabled: true } } });
  await gateway.said("config change has no effect: nothing reads env");
  expect(gateway.output()).toContain("this version has no login-shell import");
  expect(gateway.output()).not.toContain("requires gateway restart");
  expect(gateway.output()).not.toContain("hot reload applied");
  const argv = ["config", "set", "env.shellEnv.enabled", "false"];
  const { stdout } = await runOpenclaw(argv, { home: home.path });
  expect(stdout).toContain("Nothing reads it in this version");
  const json = await runOpenclaw(["config", "set", "env.shellEnv.enabled", "true", "--json"], {
    home: home.path,
  });
  expect(JSON.parse(json.stdout)).toMatchObject({
    reload: "unread",
    unread: [{ path: "env.shellEnv.enabled", lacks: "login-shell import" }],
  });
});

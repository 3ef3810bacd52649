import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { dirname } from "node:path";
import { METHODS } from "../../../src/protocol/index.ts";
import { freePort, runOpenclaw, type TempHome, tempHome, until, WireClient } from "../../support/index.ts";
import { fakeTool, startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";

/** One secret for each slot, told apart by its name; none has the shape of a known provider's key. */
const canary = (slot: string) => `canary-${slot}-5e1f9c72d04b`;
const CANARY = /canary-([a-z0-9-]+)-5e1f9c72d04b/g;

/** Methods that would end the gateway or the connection, or hand out a secret because that is their whole purpose. */
const NOT_CALLED = new Set(["connect", "gateway.restart.request", "gateway.stop", "secrets.resolve"]);

async function everySlot(home: TempHome, port: number): Promise<Record<string, string>> {
  const file = await home.write("secrets.json", { web: { key: canary("file") } });
  const single = await home.write("single", canary("single"));
  const store = await home.write(".openclaw/credentials/secrets.json", { MODEL_KEY: canary("store") });
  for (const path of [file, single, store]) await chmod(path, 0o600);
  const vault = await fakeTool(
    home,
    "tools",
    "vault",
    `echo '{"protocolVersion":1,"values":{"tavily":"${canary("exec")}"}}'`,
  );
  await home.write(".openclaw/.env", `DOTENV_SECRET_TOKEN=${canary("dotenv")}\n`);
  await home.write(FILE, {
    gateway: {
      mode: "local",
      port,
      auth: { mode: "token", token: canary("config-token"), password: canary("config-password") },
      remote: { url: "wss://gw.example", token: canary("remote-token"), password: canary("remote-password") },
      nodes: { commands: { deny: ["camera.snap"] } },
    },
    env: { vars: { PROVIDER_API_KEY: canary("env-vars") } },
    hooks: { enabled: true, token: canary("hook-token") },
    channels: {
      telegram: {
        enabled: true,
        botToken: "${BOT_TOKEN}",
        webhookSecret: canary("webhook-secret"),
        proxy: `http://user:${canary("proxy")}@proxy.example:8080`,
        accounts: { second: { botToken: canary("account-token") } },
      },
    },
    models: {
      providers: {
        openai: {
          baseUrl: "https://models.example/v1",
          apiKey: { source: "store", provider: "default", id: "MODEL_KEY" },
          headers: { "X-Tenant-Key": canary("header") },
          models: [],
        },
        local: { baseUrl: "http://127.0.0.1:1/v1", apiKey: canary("api-key"), models: [] },
        filed: {
          baseUrl: "http://127.0.0.1:1/v1",
          apiKey: { source: "file", provider: "files", id: "/web/key" },
          models: [],
        },
      },
    },
    cron: { webhookToken: { source: "file", provider: "one", id: "value" } },
    tools: { web: { search: { apiKey: { source: "exec", provider: "vault", id: "tavily" } } } },
    secrets: {
      providers: {
        files: { source: "file", path: file },
        one: { source: "file", path: single, mode: "singleValue" },
        vault: { source: "exec", command: `${vault}/vault`, env: { VAULT_TOKEN: canary("provider-env") } },
      },
    },
  });
  return {
    BOT_TOKEN: canary("bot-token"),
    OPENCLAW_GATEWAY_TOKEN: canary("env-token"),
    OPENCLAW_GATEWAY_PASSWORD: canary("env-password"),
    TELEGRAM_BOT_TOKEN: canary("telegram-env"),
  };
}

const canariesIn = (text: string) => [...new Set([...text.matchAll(CANARY)].map(([, slot]) => slot))];

test("no secret of any slot shows in logs, answers, events, errors or command output (seeds 93, 94)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const env = await everySlot(home, port);
  const args = [
    "gateway",
    "--verbose",
    "--ws-log",
    "full",
    "--log-level",
    "trace",
    "--token",
    canary("flag"),
  ];
  await using gateway = await startProgram(args, { home, env });
  await gateway.said(/\bready\b/);

  const client = await WireClient.open(`ws://127.0.0.1:${port}/`);
  const wrong = await WireClient.open(`ws://127.0.0.1:${port}/`);
  await wrong.connect({ auth: { token: `${canary("flag")}x` } });
  expect((await client.connect({ auth: { token: canary("flag") } })).ok).toBe(true);
  const { hash } = (await client.call("config.get")) as { hash: string };
  for (const { name } of METHODS) {
    if (NOT_CALLED.has(name)) continue;
    for (const params of [{}, { raw: `{ logging: { level: "${canary("bad-value")}" } }`, baseHash: hash }]) {
      await client.request(name, params);
    }
  }
  await client.request("config.patch", {
    raw: JSON.stringify({ models: { providers: { local: { apiKey: canary("patched") } } } }),
    baseHash: hash,
  });
  await until("the reload", () => gateway.output().includes("evaluating reload"));
  await client.call("secrets.reload");
  await client.call("config.get");
  await client.call("logs.tail", { limit: 5_000, maxBytes: 1_000_000 });
  // What a caller sent itself may be named back to it: the bad value is its own, not a secret.
  const seen = canariesIn(JSON.stringify(client.frames)).filter((slot) => slot !== "bad-value");
  expect(seen).toEqual([]);
  expect(canariesIn(JSON.stringify(wrong.frames))).toEqual([]);

  const commands = [
    ["config", "get", "gateway"],
    ["config", "get", "gateway.auth.token"],
    ["config", "get", "channels", "--json"],
    ["config", "get", "models"],
    ["config", "get", "env"],
    ["config", "get", "secrets"],
    ["config", "validate", "--json"],
    ["config", "schema"],
    ["status"],
    ["status", "--json", "--all"],
    ["health", "--json"],
    ["gateway", "status", "--json"],
    ["gateway", "status", "--require-rpc"],
    ["gateway", "probe", "--json"],
    ["gateway", "call", "config.get"],
    ["gateway", "call", "nothing.like.it", "--json"],
    ["logs", "--json", "--limit", "5000"],
    ["secrets", "reload", "--json"],
  ];
  for (const command of commands) {
    const { stdout, stderr } = await runOpenclaw(command, {
      home: home.path,
      env: { ...env, OPENCLAW_GATEWAY_TOKEN: canary("flag") },
    });
    expect({ command, shown: canariesIn(stdout + stderr) }).toEqual({ command, shown: [] });
  }

  const log = /log file: (\S+)/.exec(gateway.output())?.[1] ?? "";
  const logs = readdirSync(dirname(log)).map((name) => `${dirname(log)}/${name}`);
  const own = logs.filter((path) => path.startsWith(log));
  await until("the log to be written", () => statSync(log).size > 0);
  expect(own.flatMap((path) => canariesIn(readFileSync(path, "utf8")))).toEqual([]);
  gateway.signal("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(canariesIn(gateway.output()).filter((slot) => slot !== "bad-value")).toEqual([]);
}, 60_000);

test("a refused start shows no secret either (seed 94)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const env = await everySlot(home, port);
  const good = await Bun.file(home.at(FILE)).text();
  const spoilt: [string, string][] = [
    ["misspelt", good.replace('"remote"', '"remot"')],
    ["truncated", good.slice(0, good.indexOf(canary("account-token")) + 12)],
    [
      "wrong type",
      good.replace(`"token": "${canary("config-token")}"`, `"token": ["${canary("config-token")}"]`),
    ],
    ["public", good.replace('"mode": "local"', '"mode": "local", "bind": "custom"')],
  ];
  for (const [what, text] of spoilt) {
    await home.write(FILE, text);
    const { code, stdout, stderr } = await runOpenclaw(["gateway", "--password", canary("flag")], {
      home: home.path,
      env,
    });
    expect({ what, code, shown: canariesIn(stdout + stderr) }).toEqual({ what, code: 78, shown: [] });
    const validated = await runOpenclaw(["config", "validate"], { home: home.path, env });
    expect(canariesIn(validated.stdout + validated.stderr)).toEqual([]);
  }
});

test("nothing the gateway writes can be read by others, whatever the umask (seed 94)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const env = await everySlot(home, port);
  await chmod(home.at(FILE), 0o600);
  const open = ["sh", "-c", 'umask 000; exec "$@"', "sh"];
  await using gateway = await startProgram(["gateway"], { home, env, prefix: open });
  await gateway.said(/\bready\b/);
  await using client = await WireClient.open(`ws://127.0.0.1:${port}/`);
  expect((await client.connect({ auth: { token: canary("env-token") } })).ok).toBe(true);
  const { hash } = (await client.call("config.get")) as { hash: string };
  await client.call("config.patch", { raw: `{ logging: { level: "debug" } }`, baseHash: hash });
  await client.call("logs.tail");
  const log = /log file: (\S+)/.exec(gateway.output())?.[1] ?? "";
  const paths = readdirSync(home.at(".openclaw"), { recursive: true }).map((name) =>
    home.at(".openclaw", String(name)),
  );
  // The files this test wrote itself are not the gateway's to answer for.
  const ours = new Set([home.at(".openclaw/.env"), home.at(".openclaw/credentials"), home.at(".openclaw")]);
  const open_ = [...paths, log].flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || ours.has(path)) return [];
    return (stat.mode & 0o077) === 0 ? [] : [`${(stat.mode & 0o777).toString(8)} ${path}`];
  });
  expect(open_).toEqual([]);
});

test("a state folder and a configuration made by the gateway are for the owner alone (seed 94)", async () => {
  await using home = await tempHome();
  const open = ["sh", "-c", 'umask 000; exec "$@"', "sh"];
  const args = ["gateway", "--port", String(await freePort()), "--allow-unconfigured"];
  await using gateway = await startProgram(args, { home, prefix: open });
  await gateway.said(/\bready\b/);
  const all = ["", ...readdirSync(home.at(".openclaw"), { recursive: true }).map(String)];
  const readable = all.filter((name) => {
    // What was there for a moment only, as a lock in the making, is gone by now.
    const stat = statSync(home.at(".openclaw", name), { throwIfNoEntry: false });
    return stat !== undefined && (stat.mode & 0o077) !== 0;
  });
  expect(readable).toEqual([]);
});

test("no secret of the configuration or the environment stands in the process list (seed 94)", async () => {
  await using home = await tempHome();
  const port = await freePort();
  const env = await everySlot(home, port);
  await using gateway = await startProgram(["gateway"], { home, env });
  await gateway.said(/\bready\b/);
  const list = Bun.spawnSync(["ps", "-eo", "pid,ppid,args"]).stdout.toString();
  const own = list.split("\n").filter((line) => line.includes(String(gateway.pid)));
  expect(own.length).toBeGreaterThan(0);
  expect(canariesIn(own.join("\n"))).toEqual([]);
});

import { expect, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { openStore } from "../../../src/store/index.ts";
import { FakeModelProvider, type Reply } from "../../fakes/model-provider/index.ts";
import { runOpenclaw, spawnGateway, type TempHome, tempHome, until } from "../../support/index.ts";
import { complete, post, toolAnswer, turn } from "./rig.ts";

/** One secret for each slot, told apart by its name; none has the shape of a known provider's key. */
const canary = (slot: string) => `canary-${slot}-5e1f9c72d04b`;
/** Half of one is too much as well. */
const CANARY = /canary-([a-z0-9-]+)-5e1f/g;
const canariesIn = (text: string) => [...new Set([...text.matchAll(CANARY)].map(([, slot]) => slot))];

const PROVIDERS = ["keyed", "headed", "stored", "login", "anthropic", "responses"] as const;

const ENV = {
  OPENAI_API_KEY: canary("openai-env"),
  ANTHROPIC_API_KEY: canary("anthropic-env"),
  MY_DATABASE_PASSWORD: canary("password-env"),
  https_proxy: `user:${canary("bare-proxy")}@proxy.example:3128`,
  ALL_PROXY: `socks5://${canary("proxy-user")}@proxy.example:1080`,
};

/** How much of what a provider says is shown. */
const SHOWN_CHARS = 1_000;

/** A provider that repeats in its refusal whatever it was sent, as some do. */
function echoing(fake: FakeModelProvider): void {
  fake.on((request): Reply => {
    const key = request.apiKey ?? "";
    const shown = JSON.stringify(request.headers);
    // The last one ends where long messages are cut, three characters before the end of the key.
    const message = request.userText.includes("cut")
      ? key.padStart(SHOWN_CHARS + 3, "x")
      : `Incorrect API key provided: ${key}. ${shown}`;
    const body =
      request.api === "anthropic-messages"
        ? { type: "error", error: { type: "authentication_error", message } }
        : { error: { message, type: "invalid_request_error", code: "invalid_api_key" } };
    const status = request.userText.includes("401") ? 401 : 400;
    return { type: "body", status, contentType: "application/json", body: JSON.stringify(body) };
  });
}

async function settle(home: TempHome, fake: FakeModelProvider): Promise<void> {
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    models: {
      providers: {
        keyed: fake.providerConfig("openai-completions", { apiKey: canary("config-key"), authHeader: true }),
        headed: fake.providerConfig("openai-completions", {
          apiKey: canary("headed-key"),
          headers: { "X-Tenant-Key": canary("header") },
        }),
        stored: fake.providerConfig("openai-completions", { apiKey: undefined }),
        login: fake.providerConfig("openai-completions", { apiKey: undefined }),
        anthropic: fake.providerConfig("anthropic-messages", { apiKey: canary("anthropic-key") }),
        responses: fake.providerConfig("openai-responses", { apiKey: canary("responses-key") }),
      },
    },
    agents: { defaults: { model: { primary: "keyed/mock-1" } } },
  });
  const paths = resolvePaths(readEnv({ HOME: home.path }));
  const store = await openStore({ path: paths.dbPath, clock: systemClock, log: silentLogger });
  const at = Date.now();
  await store.authProfiles.put({
    id: "stored:default",
    provider: "stored",
    type: "api_key",
    credential: { key: canary("stored-key") },
    createdAt: at,
    updatedAt: at,
  });
  await store.authProfiles.put({
    id: "login:default",
    provider: "login",
    type: "token",
    credential: { token: canary("stored-token"), refresh: canary("refresh") },
    createdAt: at,
    updatedAt: at,
  });
  await store.close();
}

test("a provider's refusal that repeats the key shows it nowhere: frames, history, HTTP, commands, log", async () => {
  await using home = await tempHome();
  await using fake = await FakeModelProvider.start();
  await settle(home, fake);
  const token = canary("gateway-token");
  const env = { OPENCLAW_GATEWAY_TOKEN: token, OPENAI_API_KEY: ENV.OPENAI_API_KEY };
  await using gateway = await spawnGateway({
    home,
    env,
    token,
    args: ["--verbose", "--log-level", "trace", "--ws-log", "full"],
  });
  await using client = await gateway.operator({ caps: ["tool-events"] });

  echoing(fake);
  const answers: string[] = [];
  for (const provider of PROVIDERS) {
    for (const word of ["400", "cut", "401"]) {
      await client
        .call("sessions.patch", { key: `${provider}-${word}`, model: `${provider}/mock-1` })
        .catch(() => undefined);
      await turn(client, `fail with ${word}`, { sessionKey: `${provider}-${word}` });
      const model = { "x-openclaw-model": `${provider}/mock-1` };
      answers.push(await (await complete(gateway, `fail with ${word}`, model)).text());
      const body = { input: `fail with ${word}`, stream: true };
      answers.push(await (await post(gateway, "/v1/responses", body, model)).text());
    }
    await client.request("models.probe", { provider, timeoutMs: 2_000 });
  }
  answers.push(await (await post(gateway, "/v1/embeddings", { model: "openclaw", input: "x" })).text());
  expect(fake.requests.length).toBeGreaterThanOrEqual(PROVIDERS.length * 3);
  // Each secret did go out: the test would prove nothing otherwise.
  const sent = JSON.stringify(fake.requests.map(({ headers }) => headers));
  expect(new Set(canariesIn(sent))).toEqual(
    new Set([
      "anthropic-key",
      "config-key",
      "header",
      "headed-key",
      "responses-key",
      "stored-key",
      "stored-token",
    ]),
  );
  for (const method of [
    "chat.history",
    "sessions.list",
    "models.list",
    "models.authStatus",
    "config.get",
    "logs.tail",
  ]) {
    const params = method === "chat.history" ? { sessionKey: "keyed-401" } : {};
    await client.request(method, params);
  }
  expect(canariesIn(answers.join("\n"))).toEqual([]);
  expect(canariesIn(JSON.stringify(client.frames))).toEqual([]);

  for (const command of [
    ["models", "list", "--json"],
    ["models", "status", "--json"],
    ["models", "probe", "--json"],
    ["models", "auth", "list", "--json"],
    ["agents", "prompt"],
    ["agents", "list", "--json"],
    ["sessions", "list", "--json"],
    ["agent", "-m", "fail with 401"],
    ["agent", "-m", "fail with 400", "--json"],
    ["logs", "--json", "--limit", "5000"],
    ["status", "--json"],
  ]) {
    const { stdout, stderr } = await runOpenclaw(
      [...command, "--port", String(gateway.port)].slice(
        0,
        command[0] === "status" ? command.length : undefined,
      ),
      { home: home.path, env },
    );
    expect({ command, shown: canariesIn(stdout + stderr) }).toEqual({ command, shown: [] });
  }
  const log = /log file: (\S+)/.exec(gateway.output())?.[1] ?? "";
  await until("the log to be written", () => Bun.file(log).size > 0);
  const logs = readdirSync(dirname(log)).map((name) => `${dirname(log)}/${name}`);
  const own = logs.filter((path) => path.startsWith(log));
  expect(own.flatMap((path) => canariesIn(readFileSync(path, "utf8")))).toEqual([]);
  expect(canariesIn(gateway.output())).toEqual([]);
  const line = await Bun.file(`/proc/${gateway.pid}/cmdline`).text();
  expect(canariesIn(line)).toEqual([]);
}, 60_000);

test("commands and tools of agents see no secret of the gateway", async () => {
  await using home = await tempHome();
  await using fake = await FakeModelProvider.start();
  await settle(home, fake);
  const token = canary("gateway-token");
  await using gateway = await spawnGateway({ home, env: { ...ENV, NO_PROXY: "127.0.0.1" }, token });
  await using client = await gateway.operator({ caps: ["tool-events"] });
  const ask = (name: string, args: unknown) =>
    toolAnswer({ fake }, { name, args }, (mark) => turn(client, mark)).then(({ text }) => text);
  expect(await ask("exec", { command: "env; set; export -p" })).toContain("OPENCLAW_SHELL");
  for (const action of ["status", "config.get"])
    expect(await ask("gateway", { action })).toContain('"ok": true');
  for (const path of [
    "models",
    "models.providers.keyed.apiKey",
    "models.providers.headed.headers",
    "gateway.auth",
    "env",
  ]) {
    await ask("gateway", { action: "config.get", path });
  }
  expect(canariesIn(JSON.stringify(client.frames))).toEqual([]);
  expect(canariesIn(JSON.stringify(fake.requests.map(({ body }) => body)))).toEqual([]);
}, 30_000);

test("what a turn writes is for the owner alone, whatever the umask", async () => {
  await using home = await tempHome();
  await using fake = await FakeModelProvider.start();
  await settle(home, fake);
  const before = process.umask(0);
  try {
    await using gateway = await spawnGateway({ home });
    await using client = await gateway.operator();
    await turn(client, "ECHO hello");
    const ask = (name: string, args: unknown) =>
      toolAnswer({ fake }, { name, args }, (mark) => turn(client, mark));
    await ask("write", { path: "notes/new/file.md", content: "x" });
    await client.request("sessions.export", { key: "main" });
    const open = readdirSync(home.at(".openclaw"), { recursive: true })
      .map(String)
      .filter((name) => !["openclaw.json"].includes(name))
      .filter((name) => {
        // What the gateway at work has removed meanwhile is open to nobody.
        const mode = statSync(home.at(".openclaw", name), { throwIfNoEntry: false })?.mode ?? 0;
        const inWorkspace = name.startsWith("workspace/");
        return (mode & (inWorkspace ? 0o022 : 0o077)) !== 0;
      })
      .filter((name) => !name.startsWith("workspace/.git"));
    expect(open).toEqual([]);
    expect(statSync(home.at(".openclaw/workspace")).mode & 0o077).toBe(0);
  } finally {
    process.umask(before);
  }
});

import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { FakeTelegram } from "../../fakes/telegram/index.ts";
import {
  cleanEnv,
  freePort,
  inTerminal,
  KEY,
  openclawBinary,
  runOpenclaw,
  spawnGateway,
  tempHome,
  type TempHome,
  until,
  within,
} from "../../support/index.ts";

setDefaultTimeout(60_000);

const GATEWAY_TOKEN = "canary-gateway-token-0123456789";
const OLD_KEY = "sk-canary-old-model-key-0123456789";
const NEW_KEY = "sk-canary-new-model-key-0123456789";
const STORED_KEY = "sk-canary-stored-key-0123456789";

/** Files below the home that hold a text. */
function holding(home: TempHome, text: string): string[] {
  const found: string[] = [];
  const visit = (folder: string) => {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isDirectory() === true) visit(path);
      else if (stat?.isFile() === true && readFileSync(path, "latin1").includes(text))
        found.push(path.slice(home.path.length + 1));
    }
  };
  visit(home.path);
  return found;
}

test("secrets move out of the configuration by answering questions, and the gateway works on what they became (seed 95)", async () => {
  await using home = await tempHome();
  await using telegram = await FakeTelegram.start();
  const model = await FakeModelProvider.start({ models: ["mock-1"] });
  const bot = telegram.bot();
  const al = telegram.user({ id: 777, firstName: "Al", username: "al" });
  const port = await freePort();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local", port, auth: { mode: "token", token: GATEWAY_TOKEN } },
    models: { providers: { mock: model.providerConfig("openai-completions", { apiKey: OLD_KEY }) } },
    agents: { defaults: { model: { primary: "mock/mock-1" } } },
    channels: {
      telegram: {
        botToken: bot.token,
        apiRoot: telegram.apiRoot,
        network: { dangerouslyAllowPrivateNetwork: true },
        dmPolicy: "allowlist",
        allowFrom: [777],
      },
    },
  });
  let told = "";
  const openclaw = async (args: readonly string[], stdin = "") => {
    const run = await runOpenclaw(args, { home: home.path, stdin });
    told += run.stdout + run.stderr;
    return run;
  };
  expect((await openclaw(["secrets", "audit", "--check"])).code).toBe(1);

  // A person keeps all of it in the secret store, and the plan for later.
  const command = [await openclawBinary(), "secrets", "configure", "--skip-provider-setup"];
  await using terminal = inTerminal([...command, "--plan-out", "plan.json"], {
    cwd: home.path,
    env: cleanEnv(home.path),
  });
  await terminal.sees("Which credentials shall refer to a secret");
  terminal.type(KEY.enter);
  for (const name of ["GATEWAY_AUTH_TOKEN", "MOCK_API_KEY", "TELEGRAM_BOT_TOKEN"]) {
    await terminal.sees("Where is the secret for");
    terminal.type(KEY.enter);
    await terminal.sees("Name of the entry");
    await terminal.sees(name);
    terminal.type(KEY.enter);
    await terminal.sees("Store the present value");
    terminal.type(KEY.enter);
    await terminal.sees(`Stored ${name}.`);
  }
  await terminal.sees("Plan: targets=3");
  await terminal.sees("Apply this plan now?");
  terminal.type(KEY.down, KEY.enter);
  await terminal.sees("Nothing was applied.");
  expect(await within("the end", terminal.exited)).toBe(0);
  told += terminal.recording();
  expect(statSync(home.at("plan.json")).mode & 0o777).toBe(0o600);

  const plan = ["secrets", "apply", "--from", home.at("plan.json")];
  const dry = await openclaw([...plan, "--dry-run", "--json"]);
  expect(JSON.parse(dry.stdout)).toMatchObject({ mode: "dry-run", changed: true, refsChecked: 3 });
  expect(holding(home, OLD_KEY)).toContain(".openclaw/openclaw.json");
  expect((await openclaw(plan)).stdout).toStartWith("Secrets applied.");
  const audit = await openclaw(["secrets", "audit", "--check", "--json"]);
  expect([audit.code, JSON.parse(audit.stdout)]).toMatchObject([0, { status: "clean" }]);
  for (const secret of [GATEWAY_TOKEN, OLD_KEY, bot.token])
    expect(holding(home, secret)).toEqual([".openclaw/credentials/secrets.json"]);

  // The gateway uses what the references stand for, and what they stand for later.
  const gateway = await spawnGateway({ home, port, token: null });
  const dm = al.chat(bot);
  const answered = async (text: string) => {
    al.says(`ECHO ${text}`, { in: dm });
    await until(
      `the answer to ${text}`,
      () => dm.shows(bot).some((shown) => shown.text === text) || undefined,
    );
    return model.requests.at(-1)?.apiKey;
  };
  expect(await answered("first")).toBe(OLD_KEY);
  expect((await openclaw(["health", "--json"])).code).toBe(0);
  await openclaw(["secrets", "store", "set", "MOCK_API_KEY"], `${NEW_KEY}\n`);
  expect(await answered("second")).toBe(OLD_KEY);
  expect((await openclaw(["secrets", "reload"])).stdout).toBe("Secrets reloaded.\n");
  expect(await answered("third")).toBe(NEW_KEY);

  // A stored credential becomes a reference while the gateway runs.
  const probed = async () => {
    await openclaw(["models", "probe", "mock", "--profile", "mock:default"]);
    return model.requests.at(-1)?.apiKey;
  };
  const paste = ["models", "auth", "paste-api-key", "--provider", "mock", "--from-stdin"];
  await openclaw(paste, `${STORED_KEY}\n`);
  expect(await probed()).toBe(STORED_KEY);
  await openclaw(["secrets", "store", "set", "STORED_KEY"], `${STORED_KEY}\n`);
  expect((await openclaw(["secrets", "audit", "--check"])).stdout).toContain("profiles.mock:default.key");
  const profile = await home.write("profile.json", {
    version: 1,
    protocolVersion: 1,
    targets: [
      {
        type: "auth-profiles.api_key.key",
        path: "profiles.mock:default.key",
        agentId: "main",
        ref: { source: "store", provider: "default", id: "STORED_KEY" },
      },
    ],
  });
  const applied = await openclaw(["secrets", "apply", "--from", profile, "--json"]);
  expect(JSON.parse(applied.stdout)).toMatchObject({
    changed: true,
    changedFiles: [home.at(".openclaw/state/openclaw.sqlite")],
  });
  expect(await probed()).toBe(STORED_KEY);
  expect(holding(home, STORED_KEY)).toEqual([".openclaw/credentials/secrets.json"]);
  await openclaw(["secrets", "store", "set", "STORED_KEY"], `${NEW_KEY}\n`);
  await openclaw(["secrets", "reload"]);
  expect(await probed()).toBe(NEW_KEY);
  const shown = await openclaw(["models", "auth", "list", "--json"]);
  expect(shown.stdout).toContain("mock:default");

  await gateway.stop();
  told += gateway.output();
  for (const secret of [GATEWAY_TOKEN, OLD_KEY, NEW_KEY, STORED_KEY, bot.token])
    expect(told.includes(secret)).toBe(false);
  for (const secret of [GATEWAY_TOKEN, NEW_KEY, bot.token])
    expect(holding(home, secret)).toEqual([".openclaw/credentials/secrets.json"]);
  for (const secret of [OLD_KEY, STORED_KEY]) expect(holding(home, secret)).toEqual([]);
  expect(existsSync(home.at(".openclaw", "openclaw.json.bak"))).toBe(true);
  await model.stop();
});

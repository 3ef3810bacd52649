import { expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import { chmod, readdir, stat } from "node:fs/promises";
import { isRecord } from "../../../src/lib/records.ts";
import { spawnGateway, tempHome, until } from "../../support/index.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";
import { LinkWorld } from "./support/link-world.ts";

/** Several programs are run one after the other. */
setDefaultTimeout(2 * PATIENCE_MS);

const SPOKEN = "canary-words-of-a-chat-5d1f";

/** Every secret of the link, as it may be written: the private keys, and what the link is made with. */
function secretsOf(database: string): string[] {
  using db = new Database(database, { readonly: true });
  const [row] = db.query<{ readonly value: string }, []>("SELECT value FROM channel_creds").all();
  const creds: unknown = JSON.parse(row?.value ?? "{}");
  const found: string[] = [];
  const look = (value: unknown, name: string): void => {
    if (typeof value === "string" && /^(?:data|advSecretKey|pairingCode|routingInfo)$/.test(name))
      found.push(value);
    if (isRecord(value))
      for (const [key, inner] of Object.entries(value)) if (key !== "public") look(inner, key);
  };
  look(creds, "");
  return found.filter((one) => one.length >= 40);
}

/** A gateway that runs takes files away: those are open to nobody. */
function goneMeanwhile(error: unknown): undefined {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOENT") throw error;
}

test("C16: neither the keys of a link nor what is said are in logs, answers, --json, diagnostics or processes", async () => {
  await using world = await WhatsappWorld.start({
    config: { logging: { level: "trace", consoleLevel: "trace" } },
  });
  const { home, gateway } = world;
  await world.al.says(SPOKEN);
  await until("the model to be asked", () => world.model.about(SPOKEN)[0]);
  const database = home.at(".openclaw/state/openclaw.sqlite");
  const secrets = secretsOf(database);
  expect(secrets.length).toBeGreaterThanOrEqual(4);
  const printed: [string, string][] = [];
  for (const args of [
    ["channels", "status", "--probe", "--json"],
    ["status", "--all"],
    ["gateway", "diagnostics", "export", "--output", home.at("diagnostics.zip"), "--json"],
    ["backup", "create", "--output", home.at("backups"), "--json"],
  ]) {
    const { code, stdout, stderr } = await world.openclaw(...args);
    expect([args, code, stdout]).toEqual([args, 0, expect.stringMatching(/\S/)]);
    printed.push([args.join(" "), stdout + stderr]);
  }
  for (const method of [
    "channels.status",
    "health",
    "status",
    "config.get",
    "logs.tail",
    "web.login.start",
  ]) {
    const answer = await (await world.operator()).request(method, {});
    printed.push([method, JSON.stringify(answer)]);
  }
  printed.push(["output", gateway.output()]);
  for (const what of ["cmdline", "environ"]) {
    printed.push([what, await Bun.file(`/proc/${gateway.pid}/${what}`).text()]);
  }
  const unzipped = Bun.spawn(["unzip", "-p", home.at("diagnostics.zip")], {
    stdout: "pipe",
    stderr: "ignore",
  });
  const diagnostics = await unzipped.stdout.text();
  expect(diagnostics.length).toBeGreaterThan(500);
  printed.push(["diagnostics", diagnostics]);
  const leaks = printed.flatMap(([where, text]) =>
    [...secrets, SPOKEN]
      .filter((secret) => text.includes(secret))
      .map((secret) => `${where}: ${secret.slice(0, 12)}`),
  );
  expect(leaks).toEqual([]);
  // What does hold them is closed to others, the copies too.
  const names = await readdir(home.path, { recursive: true });
  for (const name of names.filter((one) => /sqlite|backup|\.tar|diagnostics/.test(one))) {
    const found = await stat(home.at(name)).catch(goneMeanwhile);
    if (found?.isFile() === true) expect([name, found.mode & 0o077]).toEqual([name, 0]);
  }
});

test("C6, C16: the code that links an account is an administrator's alone: no other scope asks for it or hears of it, no log has it", async () => {
  await using world = await LinkWorld.open({ logging: { level: "trace", consoleLevel: "trace" } });
  await using listener = await world.gateway.operator({ scopes: ["operator.read"] });
  for (const scopes of [["operator.read"], ["operator.write"], ["operator.pairing", "operator.approvals"]]) {
    await using other = await world.gateway.operator({ scopes });
    for (const method of ["web.login.start", "web.login.wait", "web.login.cancel"]) {
      const { ok } = await other.request(method, {});
      expect([scopes, method, ok]).toEqual([scopes, method, false]);
    }
  }
  const first = await world.ask("web.login.start", { channel: "whatsapp", verbose: true });
  const code = first.qrText ?? "";
  const parts = code.split(",").filter((part) => part.length >= 40);
  expect(parts.length).toBeGreaterThanOrEqual(3);
  await world.phone.scan(code);
  await until("the link", async () => (await world.row(({ linked }) => linked === true)).linked === true);
  const status = await listener.request("channels.status", {});
  const seen = [world.gateway.output(), JSON.stringify(listener.frames), JSON.stringify(status)];
  for (const text of seen) {
    expect([code, first.qrDataUrl ?? "", ...parts].filter((secret) => text.includes(secret))).toEqual([]);
  }
});

test("C11: neither a folder's .env nor the configuration names another WhatsApp", async () => {
  let asked = 0;
  using canary = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () => new Response(String(++asked), { status: 500 }),
  });
  const lines = `OPENCLAW_WHATSAPP_WEB_URL=ws://127.0.0.1:${canary.port}/ws\nOPENCLAW_WHATSAPP_WEB_ROOT_KEY=${"ab".repeat(32)}\n`;
  await using home = await tempHome();
  await home.write("project/.env", lines);
  await home.write(".openclaw/workspace/.env", lines);
  await home.write(".env", lines);
  const [url = "", key = ""] = lines.split("\n").map((line) => line.split("=")[1] ?? "");
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    env: { vars: { OPENCLAW_WHATSAPP_WEB_URL: url, OPENCLAW_WHATSAPP_WEB_ROOT_KEY: key } },
    channels: { whatsapp: { dmPolicy: "pairing" } },
  });
  await chmod(home.at(".openclaw/openclaw.json"), 0o600);
  await using gateway = await spawnGateway({
    home,
    cwd: home.at("project"),
    // The way to WhatsApp itself is closed, so that nobody is asked there either.
    env: { HTTPS_PROXY: "http://127.0.0.1:9", HTTP_PROXY: "http://127.0.0.1:9" },
  });
  await using operator = await gateway.operator();
  await operator.request("web.login.start", { timeoutMs: 1_000 });
  expect(asked).toBe(0);
  // The process's own environment does, so that this proves something.
  await using other = await spawnGateway({ env: { OPENCLAW_WHATSAPP_WEB_URL: url } });
  await using person = await other.operator();
  const waiting = person.request("web.login.start", { timeoutMs: 1_000 });
  await until("the named server to be asked", () => asked > 0);
  await waiting;
});

import { expect, setDefaultTimeout, test } from "bun:test";
import { Glob } from "bun";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { say } from "../../fakes/model-provider/index.ts";
import { badRequest, conflict, faults } from "../../fakes/telegram/index.ts";
import { freePort, until } from "../../support/index.ts";
import { deeds, LISTED, type World, world } from "./rig.ts";

setDefaultTimeout(60_000);

/** Too short a tail to be known by its shape: only what knows the token itself can hide it. */
const TOKEN = "4242:canary_9f3a7c51";
const HOOK_SECRET = "canary-hook-2b8e4d";
const PROXY_PASSWORD = "canary-proxy-c7716";
const CANARIES = [TOKEN, "canary_9f3a7c51", HOOK_SECRET, PROXY_PASSWORD];

/** Which secrets are in a text, in whatever form they are written. */
function told(text: string): string[] {
  const forms = CANARIES.flatMap((one) => [
    one,
    encodeURIComponent(one),
    Buffer.from(one).toString("base64"),
  ]);
  return forms.filter((form) => text.includes(form));
}

/** Everything the gateway wrote anywhere but into its configuration. */
async function written(it: World): Promise<readonly (readonly [string, string])[]> {
  const found: [string, string][] = [["output", it.gateway.output()]];
  for (const name of await readdir(it.home.at(".openclaw"), { recursive: true })) {
    const path = it.home.at(".openclaw", name);
    if (/openclaw\.json/.test(name)) continue;
    const bytes = await readFile(path).catch(noFile);
    if (bytes) found.push([name, bytes.toString("latin1")]);
  }
  for (const path of logsOf(it)) found.push([path, await Bun.file(path).text()]);
  return found;
}

/** A folder; or it is gone since it was listed, as files of a running gateway may be. */
function noFile(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "EISDIR" && error.code !== "ENOENT") throw error;
}

function logsOf({ gateway }: World): string[] {
  const named = /log(?: file)?\b[^/]*(\/\S+\.log)/i.exec(gateway.output())?.[1];
  const folder = named === undefined ? "/tmp/openclaw" : join(named, "..");
  const started = `${gateway.pid}`;
  return [...new Glob("*.log").scanSync({ cwd: folder, absolute: true })].filter(
    (path) => named === path || path.includes(started),
  );
}

test("no secret of an account is in anything that is written, shown, answered or seen from outside", async () => {
  const port = await freePort();
  await using it = await world({
    bot: { token: TOKEN },
    telegram: {
      ...LISTED,
      webhookUrl: `http://127.0.0.1:${port}/telegram-webhook`,
      webhookSecret: HOOK_SECRET,
      webhookPort: port,
    },
    config: { logging: { level: "trace", consoleLevel: "trace" } },
    gateway: { args: ["--verbose"] },
  });
  const { telegram, owner } = it;
  const file = {
    kind: "document",
    bytes: Buffer.from("x"),
    name: "x.bin",
    mimeType: "application/x-y",
  } as const;
  owner.says("hello");
  owner.sends(file);
  await it.settled();
  // Whatever goes wrong, with every word Telegram or what stands before it may say.
  for (const fault of [
    faults.html(502),
    faults.status(400),
    faults.reset(),
    faults.truncated(),
    faults.refuse(badRequest(`https://api.telegram.org/bot${TOKEN}/sendMessage is wrong`)),
    faults.refuse(conflict(`somebody else uses ${TOKEN}`)),
  ]) {
    const rule = telegram.faults.add("*", fault, { times: 4 });
    owner.sends(file);
    owner.says(`say something while ${fault.kind} is the matter`);
    await until("the fault to strike", () => rule.hits > 0);
    rule.lift();
  }
  const echo = faults.refuse(badRequest(`no such thing as /bot${TOKEN}/x`));
  for (const method of ["getFile", "sendMessage", "sendDocument", "setWebhook", "getWebhookInfo"]) {
    const rule = telegram.faults.add(method, echo, { times: 1 });
    owner.sends(file);
    owner.says(`tell me while ${method} fails`);
    if (!/Webhook/.test(method))
      await until("the fault to strike", () => rule.hits > 0 || method === "sendDocument");
    await it.settled();
  }
  it.model.next(say(`words\nMEDIA:http://127.0.0.1:9/x`));
  owner.says("a file");
  await it.settled();
  await using admin = await it.operator();
  const answers = await Promise.all([
    admin.request("channels.status", { probe: true }),
    admin.request("config.get", {}),
    admin.request("health", { probe: true }),
    admin.request("status", {}),
    admin.request("message.queue.list", { states: ["dead", "unknown", "sent", "done", "queued", "waiting"] }),
    admin.request("logs.tail", {}),
    admin.request("config.schema.lookup", { path: "channels.telegram" }),
  ]);
  const commands = [
    ["channels", "status", "--probe", "--json"],
    ["channels", "list", "--json"],
    ["config", "get", "channels"],
    ["config", "get", "channels.telegram.webhookSecret"],
    ["message", "queue", "list", "--json"],
    ["doctor"],
    ["status"],
    ["health"],
  ];
  const printed: (readonly [string, string])[] = [];
  for (const args of commands) {
    const { stdout, stderr } = await it.run(...args);
    printed.push([args.join(" "), stdout + stderr]);
  }
  const seen: (readonly [string, string])[] = [
    ...(await written(it)),
    ...printed,
    ...answers.map((answer, index): [string, string] => [`answer ${index}`, JSON.stringify(answer)]),
    ...admin.frames.map((frame): [string, string] => ["frame", JSON.stringify(frame)]),
    ["model", JSON.stringify(it.model.requests.map(({ body }) => body))],
    ["chat", JSON.stringify(deeds(it).map(({ body }) => body))],
    ["command line", await Bun.file(`/proc/${it.gateway.pid}/cmdline`).text()],
  ];
  expect(seen.flatMap(([where, text]) => told(text).map((secret) => `${where}: ${secret}`))).toEqual([]);
  expect(answers.map(({ ok }) => ok)).toEqual(answers.map(() => true));
  expect(logsOf(it).length).toBeGreaterThan(0);
});

test("a crash tells no secret", async () => {
  await using it = await world({ bot: { token: TOKEN }, config: { logging: { level: "trace" } } });
  it.owner.says("hello");
  await it.settled();
  it.telegram.faults.add("getUpdates", faults.refuse(conflict(`${TOKEN} is used elsewhere`)));
  it.owner.says("hello again");
  const status = await until("the status to tell of it", async () => {
    const { stdout } = await it.run("channels", "status");
    return stdout.includes("Another program") ? stdout : undefined;
  });
  const health = await it.run("health", "--json");
  expect(told(status + health.stdout)).toEqual([]);
  it.gateway.signal("SIGABRT");
  await it.gateway.exited;
  expect((await written(it)).flatMap(([where, text]) => told(text).map((one) => `${where}: ${one}`))).toEqual(
    [],
  );
});

test("the token never follows a redirect, and the password of a proxy is told to nobody", async () => {
  const heard: string[] = [];
  const other = createServer((request, response) => {
    heard.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.end(JSON.stringify({ ok: true, result: [] }));
  });
  const redirecting = createServer((request, response) => {
    const { port } = other.address() as AddressInfo;
    response.writeHead(request.url?.endsWith("/getMe") ? 307 : 302, {
      location: `http://127.0.0.1:${port}${request.url}`,
    });
    response.end();
  });
  for (const server of [other, redirecting]) {
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", () => resolve()));
  }
  try {
    const { port } = redirecting.address() as AddressInfo;
    await using it = await world({
      bot: { token: TOKEN },
      telegram: {
        ...LISTED,
        apiRoot: `http://127.0.0.1:${port}`,
        accounts: {
          default: {},
          proxied: {
            botToken: "4343:canary_9f3a7c51",
            apiRoot: "http://telegram.invalid",
            proxy: `http://user:${PROXY_PASSWORD}@127.0.0.1:${port}`,
          },
          socks: {
            botToken: "4444:canary_9f3a7c51",
            apiRoot: "http://telegram.invalid",
            proxy: `socks5://user:${PROXY_PASSWORD}@127.0.0.1:${port}`,
          },
        },
      },
      config: { logging: { level: "trace", consoleLevel: "trace" } },
    });
    const status = await until("all three to be in trouble", async () => {
      const { stdout } = await it.run("channels", "status", "--json");
      const { channelAccounts } = JSON.parse(stdout) as {
        channelAccounts: { telegram: readonly { lastError: string | null }[] };
      };
      return channelAccounts.telegram.every(({ lastError }) => lastError !== null) ? stdout : undefined;
    });
    expect(status).toContain("redirects");
    expect(heard).toEqual([]);
    const seen = [
      ...(await written(it)),
      ["status", status] as const,
      ["config", (await it.run("config", "get", "channels")).stdout] as const,
    ];
    expect(seen.flatMap(([where, text]) => told(text).map((one) => `${where}: ${one}`))).toEqual([]);
  } finally {
    for (const server of [other, redirecting]) server.close();
  }
});

test("what is kept of chats is for this user alone, whatever the mask", async () => {
  const mask = process.umask(0);
  await using it = await world().finally(() => process.umask(mask));
  it.owner.sends({
    kind: "document",
    bytes: Buffer.from("private"),
    name: "a.bin",
    mimeType: "application/x-y",
  });
  await it.settled();
  const open: string[] = [];
  let files = 0;
  for (const name of await readdir(it.home.at(".openclaw"), { recursive: true })) {
    if (!/^(?:media|state|.*\.(?:sqlite|db))/.test(name)) continue;
    const { mode } = await stat(it.home.at(".openclaw", name));
    files += 1;
    if ((mode & 0o077) !== 0) open.push(`${name} ${(mode & 0o777).toString(8)}`);
  }
  expect(open).toEqual([]);
  expect(files).toBeGreaterThan(2);
});

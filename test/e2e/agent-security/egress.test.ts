import { afterAll, beforeAll, expect, test } from "bun:test";
import { FakeModelProvider } from "../../fakes/model-provider/index.ts";
import { spawnGateway, tempHome, type WireClient } from "../../support/index.ts";
import { type TurnWorld, turnWorld } from "../turns/support/index.ts";
import { complete, post, toolAnswers, turn } from "./rig.ts";

/** What is asked for of the server inside; whoever comes to its port by mistake asks for something else. */
const PATH = `/inside-${crypto.randomUUID()}`;

/** A server inside, which nobody may be sent to; counts who came. */
function inside() {
  let hits = 0;
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      if (new URL(url).pathname === PATH) hits += 1;
      return new Response("canary-inside");
    },
  });
  return { port: Number(server.port), hits: () => hits, stop: () => server.stop(true) };
}

let world: TurnWorld;
let owner: WireClient;
let target: ReturnType<typeof inside>;

beforeAll(async () => {
  world = await turnWorld({ fake: { paceMs: 0 } });
  owner = await world.operator();
  target = inside();
}, 30_000);

afterAll(async () => {
  await owner.close();
  await target.stop();
  await world[Symbol.asyncDispose]();
}, 30_000);

/** Ways to write an address that is not on the public internet, of the server above where it can be. */
const addresses = (port: number): string[] => [
  ...[
    "127.0.0.1",
    "localhost",
    "LOCALHOST.",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::7f00:1]",
    "127.0.0.1.",
    "x.localhost",
    "user:pass@127.0.0.1",
    "１２７.０.０.１",
    "①27.0.0.1",
  ].map((host) => `http://${host}:${port}${PATH}`),
  "http://169.254.169.254/latest/meta-data/",
  "http://metadata.google.internal/computeMetadata/v1/",
  "http://100.100.100.200/",
  "http://10.0.0.1/",
  "http://192.168.0.1/",
  "http://172.16.0.1/",
  "http://100.64.0.1/",
  "http://[fd00::1]/",
  "http://[fe80::1]/",
  "file:///etc/passwd",
  "data:text/plain,canary-inside",
  "ftp://127.0.0.1/",
  "gopher://127.0.0.1/",
  "javascript:1",
];

test("web_fetch reaches nothing inside, however the address is written", async () => {
  const urls = addresses(target.port);
  const calls = urls.map((url) => ({ name: "web_fetch", args: { url } }));
  const answers = await toolAnswers(world, calls, (mark) => turn(owner, mark));
  for (const [index, url] of urls.entries()) {
    const leaked = /canary-inside|root:/.test(answers[index] ?? "");
    expect({ url, leaked }).toEqual({ url, leaked: false });
  }
  expect(target.hits()).toBe(0);
}, 60_000);

test("pictures and files of API callers come from nothing inside, and nothing is told of why", async () => {
  for (const url of addresses(target.port).filter((one) => !one.startsWith("data:"))) {
    const picture = { type: "image_url", image_url: { url } };
    const messages = [{ role: "user", content: [{ type: "text", text: "look" }, picture] }];
    const chat = await post(world.gateway, "/v1/chat/completions", { messages });
    expect({ url, status: chat.status }).toEqual({ url, status: 400 });
    const content = [
      { type: "input_file", file_url: url },
      { type: "input_image", image_url: url },
    ];
    for (const part of content) {
      const response = await post(world.gateway, "/v1/responses", {
        input: [{ role: "user", content: [part] }],
      });
      expect({ url, status: response.status }).toEqual({ url, status: 400 });
      expect(await response.text()).not.toContain("public internet");
    }
  }
  expect(target.hits()).toBe(0);
}, 60_000);

test("a provider that redirects elsewhere gets no key and no conversation there", async () => {
  const heard: string[] = [];
  const thief = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      heard.push(JSON.stringify([...request.headers]) + (await request.text()));
      return Response.json({});
    },
  });
  const off = world.fake.on((request) => {
    const found = /redirect (\d+)/.exec(request.userText);
    if (!found) return undefined;
    const headers = { location: `http://127.0.0.1:${thief.port}/v1/chat/completions` };
    return { type: "body", status: Number(found[1]), contentType: "text/plain", body: "", headers };
  });
  try {
    for (const status of [301, 302, 303, 307, 308]) {
      const response = await complete(world.gateway, `redirect ${status}`);
      expect(response.status).toBeGreaterThanOrEqual(400);
    }
  } finally {
    off();
    await thief.stop(true);
  }
  expect(heard.filter((one) => /mock-key|redirect/.test(one))).toEqual([]);
}, 60_000);

test("a provider on this machine is not asked through a proxy of the environment", async () => {
  const heard: string[] = [];
  const proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => {
      heard.push(`${request.url} ${request.headers.get("host")}`);
      return new Response("", { status: 502 });
    },
  });
  await using fake = await FakeModelProvider.start();
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    models: { providers: { mock: fake.providerConfig() } },
    agents: { defaults: { model: { primary: "mock/mock-1" } } },
  });
  const address = `http://127.0.0.1:${proxy.port}`;
  await using gateway = await spawnGateway({
    home,
    env: { HTTP_PROXY: address, http_proxy: address, ALL_PROXY: address },
  });
  const response = await complete(gateway, "ECHO direct");
  // Whoever comes to its port by mistake asks for nothing of the provider's.
  const provider = new URL(fake.origin).host;
  expect([response.status, heard.filter((one) => one.includes(provider))]).toEqual([200, []]);
  await proxy.stop(true);
}, 30_000);

import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { isRecord } from "../../../src/lib/records.ts";
import { serveSite, type Site } from "../../browser/site.ts";
import {
  type GatewayProcess,
  PATIENCE_MS,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
  within,
} from "../../support/index.ts";

/** Browsers take a second to start, and on a machine that is busy ten. */
setDefaultTimeout(60_000);

/** What is asked for of the places inside; whoever comes to their ports by mistake asks for something else. */
const INSIDE = `/inside-${crypto.randomUUID()}`;

/** What pages may be loaded from; everything else of this machine is closed to them. */
const OPEN = "127.0.0.1";

interface World {
  readonly home: TempHome;
  readonly gateway: GatewayProcess;
  readonly site: Site;
  /** Nobody may ever ask these. */
  readonly inside: readonly Site[];
  readonly insideUrls: readonly string[];
}

let world: World;

beforeAll(async () => {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local" },
    browser: {
      noSandbox: true,
      executablePath: "/usr/bin/chromium",
      ssrfPolicy: { allowedHostnames: [OPEN] },
    },
  });
  const inside = serveSite(undefined, "127.0.0.2");
  const here = serveSite();
  const urls = ["127.0.0.2", "2130706434", "0x7f.2", "127.0.0.2.", "[::ffff:127.0.0.2]", "[::ffff:7f00:2]"];
  world = {
    home,
    inside: [inside, here],
    insideUrls: [
      ...urls.map((host) => `http://${host}:${inside.port}${INSIDE}`),
      `http://localhost:${here.port}${INSIDE}`,
    ],
    site: serveSite(`http://127.0.0.2:${inside.port}${INSIDE}`),
    gateway: await spawnGateway({ home }),
  };
});

afterAll(async () => {
  await world.gateway.stop();
  for (const site of [world.site, ...world.inside]) site[Symbol.dispose]();
  await world.home[Symbol.asyncDispose]();
});

/** How often somebody got to what is inside. */
function visitsInside(): number {
  return world.inside.flatMap(({ visits }) => visits).filter((path) => path === INSIDE).length;
}

type Answer = Record<string, unknown>;

async function ask(method: string, path: string, body?: object): Promise<Answer> {
  const { gateway } = world;
  const response = await fetch(`http://127.0.0.1:${gateway.port + 2}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${gateway.token}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  return { status: response.status, ...(isRecord(answer) ? answer : {}) };
}

/** Runs a script in the page of a tab. */
const run = (fn: string, targetId = "page"): Promise<Answer> =>
  ask("POST", "/act", { kind: "evaluate", fn, targetId, timeoutMs: PATIENCE_MS });

/** A tab with a page of the site, called `page`. */
async function page(path = "/two"): Promise<void> {
  await ask("DELETE", "/tabs/page");
  const opened = await ask("POST", "/tabs/open", { url: `${world.site.url}${path}`, label: "page" });
  expect(opened).toMatchObject({ status: 200 });
}

async function addresses(): Promise<string[]> {
  const { tabs } = await ask("GET", "/tabs");
  return Array.isArray(tabs) ? tabs.filter(isRecord).map(({ url }) => String(url)) : [];
}

/** Every way a page has to have something loaded; `to` is where from, each is done when it is refused or over. */
const WAYS: Readonly<Record<string, string>> = {
  fetch: "await fetch(to, { mode: 'no-cors' })",
  post: "await fetch(to, { mode: 'no-cors', method: 'POST', body: 'x' })",
  beacon: "navigator.sendBeacon(to, 'x')",
  "event source": "await ends(new EventSource(to))",
  socket: "await ends(new WebSocket(to.replace('http', 'ws')))",
  picture: "await put('img', { src: to })",
  script: "await put('script', { src: to })",
  style: "await put('link', { rel: 'stylesheet', href: to })",
  preload: "await put('link', { rel: 'preload', as: 'image', href: to })",
  prefetch: "await put('link', { rel: 'prefetch', href: to })",
  frame: "await put('iframe', { src: to })",
  object: "await put('object', { data: to })",
  video: "await put('video', { src: to })",
  "picture of a frame of its own": "await put('iframe', { srcdoc: '<img src=' + to + '>' })",
  "picture of a data: frame": "await put('iframe', { src: 'data:text/html,<img src=' + to + '>' })",
  "worker of its own":
    "await ends(new Worker(URL.createObjectURL(new Blob(['fetch(' + JSON.stringify(to) + ', { mode: \"no-cors\" }).catch(() => 0).then(() => postMessage(1))']))))",
  window: "window.open(to)",
  form: "await put('form', { action: to, method: 'POST', target: '_blank' }, (one) => one.submit())",
  call: "new RTCPeerConnection({ iceServers: [{ urls: 'stun:' + new URL(to).host }] }).createDataChannel('x')",
};

const TOOLS = `
  const ends = (one) => new Promise((resolve) => { one.onerror = one.onmessage = one.onclose = resolve; setTimeout(resolve, 700); });
  const put = (tag, fields, then) => new Promise((resolve) => {
    const one = Object.assign(document.createElement(tag), fields);
    one.onload = one.onerror = resolve;
    document.body.append(one);
    then?.(one);
    setTimeout(resolve, 700);
  });`;

describe("pages that reach for this machine", () => {
  test("C9: nothing a page can have loaded comes from inside, however the address is written, nor after a redirect", async () => {
    await page();
    const targets = [...world.insideUrls, `${world.site.url}/redirect`];
    const ways = Object.values(WAYS).map((way) => `async (to) => { try { ${way} } catch {} }`);
    const tries = async (...to: readonly string[]) =>
      await run(`async () => { ${TOOLS}
        const ways = [${ways.join(",")}];
        await Promise.all(${JSON.stringify(to)}.flatMap((to) => ways.map((way) => way(to)))); }`);
    // The ways are ways: where pages may come from, almost all of them arrive.
    const arrive = async (path: string) => {
      await tries(`${world.site.url}${path}`);
      await until(`the ways to ${path}`, () => world.site.visits.filter((one) => one === path).length >= 12);
    };
    await arrive("/control");
    expect(await tries(...targets)).toMatchObject({ status: 200 });
    for (const to of targets.slice(-2)) {
      await page();
      await run(`() => { location.href = ${JSON.stringify(to)}; }`);
    }
    // What was on its way to the inside is there when what set out later has arrived.
    await page();
    await arrive("/after");
    expect(visitsInside()).toBe(0);
    await ask("POST", "/stop");
  });

  test("C9: no page leads to files, to pages of the browser or to its tools", async () => {
    const closed = [
      "file:///etc/passwd",
      "view-source:file:///etc/passwd",
      "chrome://version/",
      "chrome://settings/passwords",
      "devtools://devtools/bundled/inspector.html",
      "filesystem:file:///persistent/x",
    ];
    for (const url of closed) {
      expect(await ask("POST", "/tabs/open", { url })).toMatchObject({ status: 403 });
    }
    for (const from of ["/two", undefined]) {
      if (from === undefined) await ask("POST", "/tabs/open", { url: "about:blank", label: "blank" });
      else await page(from);
      const handle = from === undefined ? "blank" : "page";
      for (const to of closed.filter((_, index) => index % 2 === 0)) {
        await run(`() => { try { window.open(${JSON.stringify(to)}); } catch {} }`, handle);
        await run(
          `() => { const a = document.createElement("a"); a.href = ${JSON.stringify(to)}; (document.body ?? document).append(a); a.click(); }`,
          handle,
        );
        await run(`() => { location.href = ${JSON.stringify(to)}; }`, handle);
      }
    }
    const open = await addresses();
    expect(open.filter((url) => /^(?:file|view-source|chrome|devtools|filesystem):/.test(url))).toEqual([]);
    for (const path of ["/snapshot?targetId=page", "/snapshot?targetId=blank"]) {
      expect(JSON.stringify(await ask("GET", path))).not.toContain("root:");
    }
    await ask("POST", "/stop");
  });

  test("C16: a page leaves no file here, and the browser knows no secret of the gateway", async () => {
    await page();
    await run(
      `() => { const a = document.createElement("a"); a.download = "canary.txt"; a.href = "data:text/plain,canary"; a.click(); }`,
    );
    await run(`async () => { await new Promise((resolve) => setTimeout(resolve, 300)); }`);
    const files = readdirSync(world.home.path, { recursive: true }).map(String);
    expect(files.filter((name) => name.includes("canary"))).toEqual([]);
    const { pid } = await ask("GET", "/");
    for (const what of ["environ", "cmdline"]) {
      expect(readFileSync(`/proc/${String(pid)}/${what}`, "latin1")).not.toContain(
        String(world.gateway.token),
      );
    }
  });
});

describe("programs of this machine", () => {
  test("C2, C3: the DevTools port listens here alone, and takes no page and no other host name", async () => {
    const { cdpPort } = await ask("POST", "/start").then(() => ask("GET", "/"));
    const at = `127.0.0.1:${String(cdpPort)}`;
    const listening = readFileSync("/proc/net/tcp", "latin1") + readFileSync("/proc/net/tcp6", "latin1");
    const hex = Number(cdpPort).toString(16).toUpperCase().padStart(4, "0");
    const owners = [...listening.matchAll(new RegExp(`: (\\w+):${hex} \\w+:0000 0A`, "g"))].map(
      ([, one]) => one,
    );
    expect(owners).toEqual(["0100007F"]);
    const version: unknown = await (await fetch(`http://${at}/json/version`)).json();
    const line = isRecord(version) ? String(version["webSocketDebuggerUrl"]) : "";
    for (const headers of [
      { Origin: "https://evil.example" },
      { Origin: `http://${OPEN}:1` },
      { Origin: "null" },
    ]) {
      const socket = new WebSocket(line, { headers });
      const came = await Promise.race([
        once(socket, "open").then(() => "open"),
        once(socket, "error").then(() => "refused"),
      ]);
      expect([headers.Origin, came]).toEqual([headers.Origin, "refused"]);
    }
    const rebound = await fetch(`http://${at}/json/list`, { headers: { host: "evil.example" } });
    expect(rebound.status).toBeGreaterThanOrEqual(400);
    const made = await fetch(`http://${at}/json/new?file:///etc/passwd`);
    expect(made.status).toBe(405);
    await page();
    const tried = await run(
      `async () => [await fetch("http://${at}/json/list").then((r) => r.text(), () => "refused"),
        await fetch("http://${at}/json/new?file:///etc/passwd", { method: "PUT" }).then((r) => r.text(), () => "refused"),
        await new Promise((resolve) => { const s = new WebSocket(${JSON.stringify(line)}); s.onopen = () => resolve("open"); s.onerror = () => resolve("refused"); })]`,
    );
    expect(tried["result"]).toEqual(["refused", "refused", "refused"]);
  });

  test("C9, C18: the way out of the browser leads nobody inside, and takes no nonsense", async () => {
    const { pid } = await ask("POST", "/start");
    const line = readFileSync(`/proc/${String(pid)}/cmdline`, "latin1");
    const port = Number(/--proxy-server=socks5:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    const to = world.inside[0]?.port ?? 0;
    const end = Buffer.from([to >> 8, to & 255]);
    const name = (host: string) => [5, 1, 0, 3, host.length, ...Buffer.from(host, "latin1")];
    const asks: readonly (readonly number[])[] = [
      [5, 1, 0, 1, 127, 0, 0, 2],
      [5, 1, 0, 4, ...Array<number>(10).fill(0), 255, 255, 127, 0, 0, 2],
      [5, 1, 0, 4, ...Array<number>(15).fill(0), 1],
      ...[
        "127.0.0.2",
        "localhost",
        "localhost.",
        "0x7f000002",
        "127.2",
        "evil@127.0.0.2",
        "127.0.0.2:80#",
        "",
      ].map(name),
      [5, 2, 0, 1, 127, 0, 0, 1],
      [5, 3, 0, 1, 127, 0, 0, 1],
      [5, 1, 0, 9, 1, 2, 3, 4],
      [4, 1, 0, 80, 127, 0, 0, 1],
    ];
    for (const request of asks) {
      const answer = await socks(port, Buffer.concat([Buffer.from(request), end]));
      // Its second byte is 0 for a connection that was made.
      expect([request, answer.length >= 2 && answer[1] === 0]).toEqual([request, false]);
    }
    expect(visitsInside()).toBe(0);
    expect(existsSync(`/proc/${String(world.gateway.pid)}`)).toBe(true);
  });

  test("C4: browsers are for administrators: no other scope asks, and no node", async () => {
    const { gateway } = world;
    for (const scopes of [
      ["operator.read"],
      ["operator.write"],
      ["operator.approvals", "operator.pairing"],
    ]) {
      await using client = await gateway.operator({ scopes });
      const refused = await client.request("browser.request", { method: "GET", path: "/profiles" });
      expect([scopes, refused.ok]).toEqual([scopes, false]);
    }
  });
});

/** What a SOCKS door says to a request, after it was greeted. */
async function socks(port: number, request: Buffer): Promise<Buffer> {
  const socket = connect(port, "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  let said: Buffer = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (bytes: Buffer) => {
    said = Buffer.concat([said, bytes]);
    if (said.length === bytes.length) socket.write(request);
    else if (said.length >= 4) socket.destroy();
  });
  socket.on("close", () => resolve(said.subarray(2)));
  socket.write(Buffer.from([5, 1, 0]));
  return within("the end of the connection", promise);
}

import { describe, expect, test } from "bun:test";
import { truncate } from "node:fs/promises";
import {
  freePort,
  type GatewayProcess,
  runOpenclaw,
  spawnGateway,
  tempHome,
  until,
  within,
} from "../../support/index.ts";
import { helloOf, rawGet, residentBytes, stalledGet } from "./support.ts";

const CONFIG = ".openclaw/openclaw.json";
const PAGE = ".openclaw/workspace/canvas/index.html";
const ROOT = "/__openclaw__/canvas/";

interface Place {
  readonly port?: number;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
}

/** What is at a path of the canvas, with the gateway's token unless told otherwise. */
async function at(gateway: GatewayProcess, path = ROOT, place: Place = {}) {
  const { port = gateway.port, token = gateway.token, headers = {} } = place;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    redirect: "manual",
    headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

async function isFree(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/`).then(
    () => false,
    () => true,
  );
}

/** What a command prints as JSON, on the side of a gateway. */
async function run({ home, port, token = "" }: GatewayProcess, ...args: string[]): Promise<unknown> {
  const env = { OPENCLAW_GATEWAY_PORT: String(port), OPENCLAW_GATEWAY_TOKEN: token };
  return JSON.parse((await runOpenclaw(args, { home: home.path, env })).stdout);
}

describe("where the canvas is", () => {
  test("seeds 55, 56, 57, 60: a file in the workspace's canvas folder is at the gateway's port and four above it, under either name", async () => {
    await using home = await tempHome();
    await home.write(PAGE, "<h1>hello</h1>");
    await home.write(".openclaw/canvas/documents/cv_1/index.html", "<h1>document</h1>");
    await using gateway = await spawnGateway({ home });
    for (const port of [gateway.port, gateway.port + 4]) {
      for (const path of [ROOT, "/__clawdbot__/canvas/", `${ROOT}index.html`]) {
        expect([port, path, await at(gateway, path, { port })]).toMatchObject([
          port,
          path,
          { status: 200, text: "<h1>hello</h1>" },
        ]);
      }
      expect(await at(gateway, `${ROOT}documents/cv_1/index.html`, { port })).toMatchObject({ status: 200 });
      expect(await at(gateway, `${ROOT}documents/cv_x/index.html`, { port })).toMatchObject({
        status: 404,
        text: "not found",
      });
      expect((await at(gateway, "/__openclaw__/canvas", { port })).headers.get("location")).toBe(ROOT);
    }
    await until("the address in the log", () =>
      gateway.output().includes(`canvas: http://127.0.0.1:${gateway.port + 4}${ROOT}`),
    );
    // Nothing but the canvas is at its own port.
    for (const path of ["/healthz", "/v1/models", "/"]) {
      expect((await at(gateway, path, { port: gateway.port + 4 })).status).toBe(404);
    }
  });

  test("seeds 60, 177: canvasHost.port, canvasHost.root and OPENCLAW_CANVAS_HOST_PORT say where", async () => {
    await using home = await tempHome();
    const [configured, named] = [await freePort(), await freePort()];
    await home.write(CONFIG, {
      gateway: { mode: "local" },
      canvasHost: { port: configured, root: "~/drawings", liveReload: false },
    });
    await home.write("drawings/index.html", "drawn");
    {
      await using gateway = await spawnGateway({ home });
      expect(await at(gateway, ROOT, { port: configured })).toMatchObject({ status: 200, text: "drawn" });
      expect(gateway.output()).not.toContain("not supported");
    }
    await using gateway = await spawnGateway({ home, env: { OPENCLAW_CANVAS_HOST_PORT: String(named) } });
    expect((await at(gateway, ROOT, { port: named })).status).toBe(200);
    expect(await isFree(configured)).toBe(true);
  });

  test("seeds 58, 59: switched off by either key or the environment it is nowhere", async () => {
    const off = { gateway: { mode: "local" } };
    const cases = [
      { config: { ...off, canvasHost: { enabled: false } } },
      { config: { ...off, plugins: { entries: { canvas: { config: { host: { enabled: false } } } } } } },
      { config: off, env: { OPENCLAW_SKIP_CANVAS_HOST: "1" } },
    ];
    for (const { config, env = {} } of cases) {
      await using home = await tempHome();
      await home.write(CONFIG, config);
      await home.write(PAGE, "<h1>hello</h1>");
      await using gateway = await spawnGateway({ home, env });
      expect((await at(gateway)).status).toBe(404);
      expect(await isFree(gateway.port + 4)).toBe(true);
      expect(await helloOf(gateway)).not.toHaveProperty("pluginSurfaceUrls");
    }
  });

  test("seed 174: a port that is in use is a warning, and the canvas is on the gateway's own", async () => {
    const port = await freePort();
    using other = Bun.serve({
      hostname: "127.0.0.1",
      port: port + 4,
      fetch: () => new Response("another program"),
    });
    await using gateway = await spawnGateway({ port });
    expect((await at(gateway)).status).toBe(200);
    await until("the warning", () =>
      /canvas: 127\.0\.0\.1:\d+ is in use by another program/.test(gateway.output()),
    );
    expect(await (await fetch(other.url)).text()).toBe("another program");
    const doctor = await run(gateway, "doctor", "--json", "--only", "canvas-port");
    expect(doctor).toMatchObject({
      findings: [
        {
          severity: "warning",
          target: `port ${port + 4}`,
          message: expect.stringContaining(`Port ${port + 4} of the canvas`),
        },
      ],
    });
  });

  test("a change of canvasHost restarts the gateway in the same process, and the canvas moves with it", async () => {
    await using home = await tempHome();
    await home.write(CONFIG, { gateway: { mode: "local" } });
    await home.write(PAGE, "before");
    await home.write("drawings/index.html", "after");
    await using gateway = await spawnGateway({ home });
    const port = await freePort();
    await home.write(CONFIG, { gateway: { mode: "local" }, canvasHost: { root: "~/drawings", port } });
    await until("the gateway that follows", () => gateway.output().split("ready version=").length > 2);
    await until("the canvas at its new port", async () => !(await isFree(port)));
    expect(await at(gateway, ROOT, { port })).toMatchObject({ status: 200, text: "after" });
    expect((await at(gateway)).text).toBe("after");
    expect(await isFree(gateway.port + 4)).toBe(true);
  });
});

test("seeds 60, 177: gateway status names the address of the canvas, or why there is none", async () => {
  await using gateway = await spawnGateway();
  const port = gateway.port + 4;
  const url = `http://127.0.0.1:${port}${ROOT}`;
  expect(await run(gateway, "gateway", "status", "--json")).toMatchObject({
    gateway: { canvas: { port, url } },
  });
  await gateway.home.write(CONFIG, { gateway: { mode: "local" }, canvasHost: { enabled: false } });
  const off = await run(gateway, "gateway", "status", "--json");
  expect(off).toMatchObject({ gateway: { canvas: { off: "canvasHost.enabled is false" } } });
});

describe("who may see it", () => {
  test("C3, C6: nobody without the secret, no other host name and no socket, at either port", async () => {
    await using gateway = await spawnGateway();
    for (const port of [gateway.port, gateway.port + 4]) {
      for (const path of [
        ROOT,
        `${ROOT}x.png`,
        `${ROOT}documents/a/`,
        "/__openclaw__/a2ui/a2ui.bundle.js",
        "/__clawdbot__/canvas/",
      ]) {
        expect([path, (await at(gateway, path, { port, token: null })).status]).toEqual([path, 401]);
        const capability = `/__openclaw__/cap/${"guess".repeat(8)}${path}`;
        expect((await at(gateway, capability, { port })).status).toBe(401);
      }
      expect((await at(gateway, ROOT, { port, token: "wrong" })).status).toBe(401);
      expect((await at(gateway, ROOT, { port, headers: { host: `evil.example:${port}` } })).status).toBe(421);
    }
    const socket = new WebSocket(`ws://127.0.0.1:${gateway.port + 4}/`);
    const { promise, resolve } = Promise.withResolvers<string>();
    socket.addEventListener("open", () => resolve("open"));
    socket.addEventListener("close", () => resolve("refused"));
    expect(await within("the socket", promise)).toBe("refused");
    expect((await fetch(`${gateway.httpUrl}${ROOT}`, { method: "POST" })).status).toBe(405);
  });

  test("C8: paths as they come over the socket lead nowhere outside", async () => {
    await using home = await tempHome();
    await home.write(PAGE, "page");
    await home.write(".openclaw/workspace/secret.txt", "canary");
    await home.write(".openclaw/canvas/secret.txt", "canary");
    await using gateway = await spawnGateway({ home });
    const corpus = [
      "../secret.txt",
      "..%2fsecret.txt",
      "%2e%2e/secret.txt",
      "%252e%252e%252fsecret.txt",
      "..%5csecret.txt",
      "a/../../secret.txt",
      "documents/../secret.txt",
      "documents/..%2f..%2fsecret.txt",
      "%00",
      "/etc/passwd",
      "%2fetc%2fpasswd",
    ];
    for (const path of corpus) {
      const said = await rawGet(gateway, `${ROOT}${path}`);
      expect([path, said.includes("canary"), / 40[04] /.test(said.split("\r\n")[0] ?? "")]).toEqual([
        path,
        false,
        true,
      ]);
    }
  });

  test("C2: without a secret to send (mode none), a person's own page is let in and other sites are not", async () => {
    await using home = await tempHome();
    await home.write(PAGE, "page");
    await using gateway = await spawnGateway({ home, token: null, args: ["--auth", "none"] });
    const typed = await at(gateway, ROOT, {
      headers: { "sec-fetch-mode": "navigate", "sec-fetch-site": "none" },
    });
    expect(typed.status).toBe(302);
    const capability = typed.headers.get("location") ?? "";
    const page = await at(gateway, capability);
    expect(page.text).toStartWith("page");
    expect(page.headers.get("access-control-allow-origin")).toBe("*");
    const foreign: readonly Record<string, string>[] = [
      { "sec-fetch-mode": "navigate", "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ];
    for (const headers of foreign) {
      expect((await at(gateway, ROOT, { headers })).status).toBe(403);
    }
  });

  test("C18: a file larger than memory wants is streamed, and who does not read it costs nothing", async () => {
    await using home = await tempHome();
    // Far more than a gateway takes and gives back by itself; on the disk it takes nothing.
    const size = 1024 * 1024 * 1024;
    const file = await home.write(".openclaw/workspace/canvas/big.bin", "");
    await truncate(file, size);
    await using gateway = await spawnGateway({ home });
    await at(gateway);
    const before = residentBytes(gateway);
    const stalled = await Promise.all(Array.from({ length: 8 }, () => stalledGet(gateway, `${ROOT}big.bin`)));
    const head = await fetch(`${gateway.httpUrl}${ROOT}big.bin`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${gateway.token}` },
    });
    expect(head.headers.get("content-length")).toBe(String(size));
    expect(residentBytes(gateway) - before).toBeLessThan(size / 8);
    for (const socket of stalled) socket.destroy();
  });
});

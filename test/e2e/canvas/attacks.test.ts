import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { link, mkdir, rename, rm, symlink } from "node:fs/promises";
import {
  type GatewayProcess,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
  WireClient,
} from "../../support/index.ts";
import { canvasUrl, rawGet } from "./support.ts";

setDefaultTimeout(30_000);

const ROOT = "/__openclaw__/canvas/";
const CANARY = "canary-outside-the-canvas";

let home: TempHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  home = await tempHome();
  await home.write(".openclaw/workspace/canvas/index.html", "<h1>page</h1>");
  await home.write(".openclaw/workspace/canvas/fine/a.txt", "fine");
  await home.write(".openclaw/canvas/documents/cv_1/index.html", "document");
  await home.write("outside/secret.txt", CANARY);
  await home.write("outside/index.html", CANARY);
  gateway = await spawnGateway({ home });
});
afterAll(async () => {
  await gateway.stop();
  await home[Symbol.asyncDispose]();
});

const canvas = (...parts: string[]) => home.at(".openclaw/workspace/canvas", ...parts);

function head(said: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(said)?.[1]);
}

describe("C8: whatever an agent puts into its canvas", () => {
  test("C8: links of either kind, pipes, devices and folders elsewhere are not served", async () => {
    const places: Record<string, () => Promise<unknown>> = {
      "link.txt": () => symlink(home.at("outside/secret.txt"), canvas("link.txt")),
      "up.txt": () => symlink("../../../outside/secret.txt", canvas("up.txt")),
      "folder/secret.txt": () => symlink(home.at("outside"), canvas("folder")),
      "folder/": async () => {},
      "hard.txt": () => link(home.at("outside/secret.txt"), canvas("hard.txt")),
      "chain.txt": () => symlink(canvas("link.txt"), canvas("chain.txt")),
      "proc.txt": () => symlink("/proc/self/environ", canvas("proc.txt")),
      "zero.bin": () => symlink("/dev/zero", canvas("zero.bin")),
      "loop.txt": () => symlink(canvas("loop.txt"), canvas("loop.txt")),
      pipe: async () => {
        await Bun.spawn(["mkfifo", canvas("pipe")]).exited;
      },
      "documents/link/index.html": () =>
        symlink(home.at("outside"), home.at(".openclaw/canvas/documents/link")),
      "documents/cv_1/s.txt": () =>
        symlink(home.at("outside/secret.txt"), home.at(".openclaw/canvas/documents/cv_1/s.txt")),
    };
    for (const [path, make] of Object.entries(places)) {
      await make();
      const said = await rawGet(gateway, `${ROOT}${path}`);
      // What is no file could be a folder: that is looked at under its own address, and is none.
      expect([path, [302, 404].includes(head(said)), said.includes(CANARY)]).toEqual([path, true, false]);
    }
    expect(head(await rawGet(gateway, `${ROOT}pipe/`))).toBe(404);
    expect(await rawGet(gateway, `${ROOT}fine/a.txt`)).toContain("fine");
  });

  test("C8: a folder that is swapped for a link while it is read never shows what is behind it", async () => {
    await mkdir(canvas("swap"));
    await Bun.write(canvas("swap/secret.txt"), "mine");
    await symlink(home.at("outside"), canvas("trap"));
    let over = false;
    const swapping = (async () => {
      while (!over) {
        await rename(canvas("swap"), canvas("away"));
        await symlink(home.at("outside"), canvas("swap"));
        await rm(canvas("swap"));
        await rename(canvas("away"), canvas("swap"));
      }
    })();
    const seen = new Set<string>();
    for (let round = 0; round < 25; round += 1) {
      const all = await Promise.all(
        Array.from({ length: 8 }, () => rawGet(gateway, `${ROOT}swap/secret.txt`)),
      );
      for (const said of all) seen.add(said.split("\r\n\r\n")[1] ?? "");
    }
    over = true;
    await swapping;
    expect([...seen].filter((text) => text !== "mine" && text !== "not found")).toEqual([]);
  });
});

describe("C6: an address with a pass", () => {
  test("C6: opens the canvas, for reading, and nothing else, whatever stands behind it", async () => {
    await using client = await WireClient.open(gateway.wsUrl);
    const { payload } = await client.connect({ auth: { token: gateway.token } });
    const pass = new URL(canvasUrl(payload)).pathname;
    expect((await fetch(`${gateway.httpUrl}${pass}${ROOT}`)).status).toBe(200);
    const unauthorised = async (path: string, port = gateway.port) => {
      const socket = await fetch(`http://127.0.0.1:${port}${path}`, { redirect: "manual" });
      return { status: socket.status, text: await socket.text() };
    };
    for (const port of [gateway.port, gateway.port + 4]) {
      for (const path of [
        "/v1/models",
        "/tools/invoke",
        "/control-ui-config.json",
        "/metrics",
        `${ROOT}..%2f..%2f..%2fv1/models`,
        "/__openclaw__/canvas/%2e%2e/%2e%2e/v1/models",
        "/__openclaw__/sessions/x",
        `${pass}${ROOT}`,
      ]) {
        const { status, text } = await unauthorised(`${pass}${path}`, port);
        expect([path, status < 400 && !text.startsWith("<!doctype html>")]).toEqual([path, false]);
        expect(text).not.toContain('"data"');
      }
    }
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const refused = await fetch(`${gateway.httpUrl}${pass}${ROOT}`, { method });
      expect([method, refused.status]).toEqual([method, 405]);
    }
    const token = pass.split("/").at(-1) ?? "";
    for (const guess of [
      "constructor",
      "__proto__",
      "%00",
      token.slice(1),
      `${token}x`,
      token.toUpperCase(),
      "*",
    ]) {
      const { status } = await unauthorised(`/__openclaw__/cap/${guess}${ROOT}`);
      expect([guess, status]).toEqual([guess, 401]);
    }
    // It says who may come in, so nothing that lasts has it.
    expect(gateway.output()).not.toContain(token);
    const metrics = await fetch(`${gateway.httpUrl}/metrics`, {
      headers: { authorization: `Bearer ${gateway.token}` },
    });
    expect(await metrics.text()).not.toContain(token);
    await client[Symbol.asyncDispose]();
    await until("the end of the pass", async () => (await unauthorised(`${pass}${ROOT}`)).status === 401);
  });

  test("C18: pages that listen for changes by the hundred end each other, and the gateway answers on", async () => {
    await using client = await WireClient.open(gateway.wsUrl);
    const { payload } = await client.connect({ auth: { token: gateway.token } });
    const url = `${canvasUrl(payload)}${ROOT}.changes?since=x`;
    const stop = new AbortController();
    const streams = await Promise.all(Array.from({ length: 100 }, () => fetch(url, { signal: stop.signal })));
    expect(new Set(streams.map(({ status }) => status))).toEqual(new Set([200]));
    let ended = 0;
    for (const { body } of streams) {
      void (async () => {
        for await (const _ of body ?? []);
        ended += 1;
      })().catch(() => undefined);
    }
    await until("the oldest to end", () => ended >= 68);
    expect((await fetch(`${gateway.httpUrl}/healthz`)).status).toBe(200);
    stop.abort();
  });
});

import { expect, test } from "bun:test";
import { chmod } from "node:fs/promises";
import { readdirSync, statSync } from "node:fs";
import { HANDOVER_MS } from "../../../src/cli/dashboard/limits.ts";
import { handOver } from "../../../src/cli/dashboard/hand-over.ts";
import { Output } from "../../../src/cli/terminal/output.ts";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { freePort, ManualClock, type TempHome, tempHome, until } from "../../support/index.ts";
import { cli } from "../in-process.ts";

const TOKEN = "a-token-nobody-may-see-0123456789";

/** A gateway as far as a browser is concerned: a page at its root, or none. */
function webServer(page: string | undefined) {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: () =>
      page === undefined
        ? new Response("Not Found", { status: 404 })
        : new Response(page, { headers: { "content-type": "text/html" } }),
  });
}

/** A desktop whose opener keeps what it was started with, and what the file it was given says. */
async function desktop(home: TempHome, port: number): Promise<Record<string, string>> {
  const script = '#!/bin/sh\necho "$@" > "$HOME/argv"\ncat "$1" > "$HOME/page" 2>/dev/null\n';
  await chmod(await home.write("bin/xdg-open", script), 0o755);
  return {
    PATH: `${home.at("bin")}:/usr/bin:/bin`,
    DISPLAY: ":0",
    OPENCLAW_GATEWAY_PORT: String(port),
    OPENCLAW_GATEWAY_TOKEN: TOKEN,
  };
}

test.skipIf(process.platform !== "linux")(
  "the browser is signed in by a page only its owner reads; the token is in no list of processes and not on the screen",
  async () => {
    await using home = await tempHome();
    const env = readEnv({ HOME: home.path, ...(await desktop(home, 18_789)) });
    let said = "";
    const sink = { isTty: false, write: (text: string) => void (said += text) };
    const out = new Output({
      stdout: sink,
      stderr: sink,
      color: false,
      noColor: true,
      forceColor: false,
      debug: false,
      profile: undefined,
    });
    const clock = new ManualClock();
    const paths = resolvePaths(env);
    const url = "http://127.0.0.1:18789/";
    const target = { auth: { token: TOKEN } };
    const { signal } = new AbortController();
    const opened = handOver({ env, paths, clock, out, interrupted: () => signal }, target, url);
    let isOver = false;
    void opened.finally(() => (isOver = true));
    await until("the opener", () => Bun.file(home.at("page")).exists());
    const [page = ""] = readdirSync(paths.tmpDir);
    expect(statSync(home.at(".openclaw", "tmp", page)).mode & 0o777).toBe(0o600);
    expect(statSync(paths.tmpDir).mode & 0o777).toBe(0o700);
    await until("the end of its time", () => {
      clock.advance(HANDOVER_MS);
      return isOver;
    });
    expect(await opened).toBe(true);
    expect(readdirSync(paths.tmpDir)).toEqual([]);
    const argv = await Bun.file(home.at("argv")).text();
    expect(argv).toBe(`${home.at(".openclaw", "tmp", page)}\n`);
    expect(`${argv}${said}`).not.toContain(TOKEN);
    expect(await Bun.file(home.at("page")).text()).toContain(`${url}#token=${TOKEN}`);
  },
);

test("without a desktop the address is printed, with the way to sign in", async () => {
  await using home = await tempHome();
  await using server = webServer("<!doctype html><title>Control</title>");
  const { DISPLAY: _, ...env } = await desktop(home, server.port ?? 0);
  const { code, stdout, stderr } = await cli(["dashboard"], {
    home: home.path,
    env: { ...env, PATH: home.at("nowhere") },
  });
  expect([code, stdout]).toEqual([0, `http://127.0.0.1:${server.port}/\n`]);
  expect(stderr).toContain("openclaw gateway auth-token --show");
  expect(`${stdout}${stderr}`).not.toContain(TOKEN);
});

test("--no-open and --json print the address without a secret and open nothing", async () => {
  await using home = await tempHome();
  await using server = webServer("<html></html>");
  const env = await desktop(home, server.port ?? 0);
  const plain = await cli(["dashboard", "--no-open"], { home: home.path, env });
  expect([plain.code, plain.stdout]).toEqual([0, `http://127.0.0.1:${server.port}/\n`]);
  const json = await cli(["dashboard", "--json"], { home: home.path, env });
  expect([json.code, JSON.parse(json.stdout)]).toEqual([
    0,
    {
      ok: true,
      url: `http://127.0.0.1:${server.port}/`,
      httpUrl: `http://127.0.0.1:${server.port}/`,
      wsUrl: `ws://127.0.0.1:${server.port}`,
      port: server.port,
      tokenIncluded: false,
    },
  ]);
  expect(await Bun.file(home.at("argv")).exists()).toBe(false);
  expect(`${plain.stderr}${json.stdout}`).not.toContain(TOKEN);
});

test("the address has the base path of the configuration, and a switched-off Control UI is told as such", async () => {
  await using home = await tempHome();
  const asked: string[] = [];
  await using server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: ({ url }) => {
      asked.push(new URL(url).pathname);
      return new Response("<html></html>", { headers: { "content-type": "text/html" } });
    },
  });
  const env = await desktop(home, server.port ?? 0);
  await home.write(".openclaw/openclaw.json", { gateway: { controlUi: { basePath: "oc/" } } });
  const below = await cli(["dashboard", "--no-open"], { home: home.path, env });
  expect([below.code, below.stdout, asked]).toEqual([0, `http://127.0.0.1:${server.port}/oc/\n`, ["/oc/"]]);
  await using off = webServer(undefined);
  await home.write(".openclaw/openclaw.json", { gateway: { controlUi: { enabled: false } } });
  const { code, stderr } = await cli(["dashboard"], {
    home: home.path,
    env: { ...env, OPENCLAW_GATEWAY_PORT: String(off.port) },
  });
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining("openclaw config unset gateway.controlUi.enabled"),
  ]);
});

test("a gateway that has no Control UI, and one that is down, are told apart", async () => {
  await using home = await tempHome();
  await using server = webServer(undefined);
  const without = await cli(["dashboard"], { home: home.path, env: await desktop(home, server.port ?? 0) });
  expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("serves no Control UI")]);
  const env = await desktop(home, await freePort());
  const down = await cli(["dashboard", "--json"], { home: home.path, env });
  expect([down.code, JSON.parse(down.stdout)]).toMatchObject([
    1,
    {
      ok: false,
      error: {
        type: "cli_error",
        message: expect.stringContaining("No gateway answers"),
        hint: "See why: openclaw gateway status",
      },
      reason: expect.stringContaining("No gateway answers"),
    },
  ]);
});

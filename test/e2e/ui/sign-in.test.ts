import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod } from "node:fs/promises";
import {
  cleanEnv,
  type GatewayProcess,
  openclawCommand,
  spawnGateway,
  tempHome,
  until,
} from "../../support/index.ts";
import { OTHER_MACHINE, Tab } from "./browser.ts";

// A browser has to start, on a machine that does other things as well.
setDefaultTimeout(30_000);

let gateway: GatewayProcess;

beforeAll(async () => {
  gateway = await spawnGateway();
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
});

/** Where a page keeps things between visits. */
const KEPT = "JSON.stringify([{ ...localStorage }, { ...sessionStorage }])";

describe("signing in", () => {
  test("seed 53, 200: openclaw dashboard opens a browser signed in, and the address has no secret left", async () => {
    const { home, port, token = "" } = gateway;
    await chmod(
      await home.write(
        "bin/xdg-open",
        '#!/bin/sh\ncat "$1" > "$HOME/opening"\nmv "$HOME/opening" "$HOME/opened"\n',
      ),
      0o755,
    );
    const [program = "", ...args] = await openclawCommand();
    const opener = Bun.spawn([program, ...args, "dashboard"], {
      env: cleanEnv(home.path, {
        PATH: `${home.at("bin")}:/usr/bin:/bin`,
        DISPLAY: ":0",
        OPENCLAW_GATEWAY_PORT: String(port),
        OPENCLAW_GATEWAY_TOKEN: token,
      }),
      stdout: "pipe",
      stderr: "pipe",
    });
    await until("the page that leads on", () => Bun.file(home.at("opened")).exists());
    const [, address = ""] = /replace\("([^"]+)"\)/.exec(await Bun.file(home.at("opened")).text()) ?? [];
    expect(address).toStartWith(`${gateway.httpUrl}/#token=`);
    await using tab = new Tab();
    await tab.open(address.replace("/#", "/overview#"));
    await tab.sees("Waiting for approval");
    await tab.sees(/Signed in by\s+token/);
    expect(await tab.evaluate("location.href + document.referrer")).toBe(`${gateway.httpUrl}/overview`);
    expect(await tab.evaluate("history.length")).toBeLessThanOrEqual(2);
    // The tab has the token, for as long as it is open; nothing that lasts has it.
    const [lasting] = JSON.parse(await tab.evaluate<string>(KEPT)) as [object];
    expect(lasting).toEqual({});
    await tab.reload();
    await tab.sees(/Signed in by\s+token/);
    expect(tab.complaints).toEqual([]);
    opener.kill("SIGINT");
    await opener.exited;
  });

  test("a typed token signs in, a wrong one is told as such, and signing out forgets both", async () => {
    await using tab = new Tab();
    await tab.open(`${gateway.httpUrl}/overview`);
    // The browser may be known from the test before.
    await tab.sees(/Gateway token or password|Sign out/);
    if ((await tab.text()).includes("Sign out")) await tab.press("Sign out");
    await tab.sees("Gateway token or password");
    await tab.type("#secret", "not-the-token");
    await tab.key("Enter");
    await tab.sees("That is not this gateway's token");
    await tab.sees("openclaw gateway auth-token --show");
    await tab.type("#secret", gateway.token ?? "");
    await tab.key("Enter");
    await tab.sees("Waiting for approval");
    await tab.press("Sign out");
    await tab.sees("Gateway token or password");
    expect(await tab.evaluate(KEPT)).toBe("[{},{}]");
  });

  test("a password signs in and is kept nowhere; the browser's own access outlasts the page", async () => {
    const password = "a-password-of-somebody";
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local", auth: { mode: "password", password } },
    });
    await using own = await spawnGateway({ home, token: null });
    await using tab = new Tab();
    await tab.open(`${own.httpUrl}/overview`);
    await tab.sees("This gateway is protected by a password.");
    await tab.type("#secret", password);
    await tab.key("Enter");
    await tab.sees(/Signed in by\s+password/);
    expect(await tab.evaluate(KEPT)).toBe("[{},{}]");
    await tab.reload();
    await tab.sees(/Signed in by\s+device-token/);
  });

  test("B22: a page over plain http from another machine says why it cannot sign in, with the tunnel that can", async () => {
    await using tab = new Tab();
    await tab.open(`http://${OTHER_MACHINE}:${gateway.port}/`);
    await tab.sees("This address is not secure enough");
    await tab.sees(`ssh -N -L ${gateway.port}:127.0.0.1:${gateway.port} ${OTHER_MACHINE}`);
    expect(tab.complaints).toEqual([]);
  });

  test("C1: no address makes the page connect or send anything elsewhere", async () => {
    const heard: string[] = [];
    await using evil = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: ({ url }) => {
        heard.push(url);
        return new Response();
      },
    });
    await using tab = new Tab();
    // Others may come to the port by mistake; they do not know the path.
    const path = `/sign-in-${crypto.randomUUID()}`;
    const elsewhere = encodeURIComponent(`ws://127.0.0.1:${evil.port}${path}`);
    await tab.open(
      `${gateway.httpUrl}/overview?gatewayUrl=${elsewhere}#token=${gateway.token}&gatewayUrl=${elsewhere}`,
    );
    await tab.sees("Waiting for approval");
    expect(heard.filter((url) => url.includes(path))).toEqual([]);
  });
});

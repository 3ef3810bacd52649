import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  type GatewayProcess,
  operatorConnect,
  spawnGateway,
  type TempHome,
  tempHome,
  until,
} from "../../support/index.ts";
import { attempt, connected, DeviceKey, nodeConnect } from "../wire/support/devices.ts";
import { Tab } from "./browser.ts";

// A browser has to start, on a machine that does other things as well.
setDefaultTimeout(30_000);

let home: TempHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  home = await tempHome();
  const pairing = { autoApproveLocal: false };
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", nodes: { pairing } } });
  gateway = await spawnGateway({ home });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await home[Symbol.asyncDispose]();
});

const HOSTILE_NAME = '<img src=x onerror="globalThis.pwned=1">';

/** A device of somebody else's that wants to be let in. */
function stranger(): Record<string, unknown> {
  return {
    ...operatorConnect(),
    client: {
      id: "openclaw-ios",
      mode: "ui",
      version: "1",
      platform: "ios 19",
      // With what turns round, or hides, all that is said of the request behind it.
      displayName: `\u2066\u202e${HOSTILE_NAME}\u2069\u202e`,
    },
    scopes: ["operator.read"],
    auth: { token: gateway.token },
  };
}

describe("letting in", () => {
  test("a browser waits with the command that approves it and goes on by itself; then it lets others in", async () => {
    await using tab = new Tab();
    await tab.open(`${gateway.httpUrl}/overview#token=${gateway.token}`);
    await tab.sees("This browser waits for approval");
    const [, requestId = ""] = /openclaw devices approve (\S+)/.exec(await tab.text()) ?? [];
    await using operator = await gateway.operator();
    await operator.call("device.pair.approve", { requestId });
    await tab.sees("Nobody waits to be let in.");

    const key = new DeviceKey();
    const { answer } = await attempt(gateway, stranger(), { key });
    expect(answer.error?.code).toBe("NOT_PAIRED");
    await tab.sees(HOSTILE_NAME);
    expect(await tab.text()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    await tab.press("Approve");
    await tab.sees("Nobody waits to be let in.");
    await using device = await connected(gateway, stranger(), { key });
    await tab.sees("ios 19");
    expect(await tab.evaluate("[globalThis.pwned ?? null, document.querySelectorAll('img').length]")).toEqual(
      [null, 0],
    );
    expect(await device.call("health")).toMatchObject({ ok: true });

    const other = new DeviceKey();
    await attempt(gateway, stranger(), { key: other });
    await tab.press("Reject");
    await tab.sees("Nobody waits to be let in.");
    await until("the refusal", async () => {
      const { answer: again } = await attempt(gateway, stranger(), { key: other });
      return again.error?.code === "NOT_PAIRED";
    });
    await tab.press("Reject");
    await tab.sees("Nobody waits to be let in.");
  });

  test("a node's commands wait with their names, and work once they were approved", async () => {
    await using tab = new Tab();
    await tab.open(`${gateway.httpUrl}/overview#token=${gateway.token}`);
    await tab.sees("Nobody waits to be let in.");
    const key = new DeviceKey();
    await attempt(gateway, nodeConnect(gateway.token, ["system.run"]), { key });
    await tab.press("Approve");
    await tab.sees("Nobody waits to be let in.");
    await using node = await connected(gateway, nodeConnect(gateway.token, ["system.run"]), { key });
    await tab.sees("offers system.run");
    await tab.press("Approve");
    await node.event("node.pair.resolved");
    await tab.sees("Nobody waits to be let in.");
  });
});

describe("B22, C2: pages that may not", () => {
  test("a page of another site is told its origin and the key that would let it in", async () => {
    // Another name of this machine, which browsers take for another site that is served by nobody.
    const page = await Bun.file(new URL("./foreign.html", import.meta.url)).text();
    await using foreign = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => new Response(page, { headers: { "content-type": "text/html" } }),
    });
    await using tab = new Tab();
    await tab.open(`http://evil.localhost:${foreign.port}/?${gateway.port}`);
    await tab.sees("CONTROL_UI_ORIGIN_NOT_ALLOWED");
    await tab.sees(`http://evil.localhost:${foreign.port}`);
    await tab.sees("gateway.controlUi.allowedOrigins");
  });
});

import { expect, test } from "bun:test";
import { isRecord } from "../../../src/lib/records.ts";
import { runOpenclaw, until, type WireClient, within } from "../../support/index.ts";
import { type TurnWorld, turnWorld } from "../turns/support/index.ts";
import { attempt, connected, DeviceKey, nodeConnect } from "../wire/support/devices.ts";
import { canvasUrl, helloOf } from "./support.ts";

const PAGE = "/__openclaw__/canvas/";
const COMMANDS = ["canvas.present", "canvas.navigate", "canvas.hide"];
const MAC = {
  client: {
    id: "openclaw-macos",
    version: "2026.11.1",
    platform: "macos",
    deviceFamily: "Mac",
    mode: "node",
    displayName: "studio",
  },
  caps: ["canvas"],
};

/** A Mac that was approved for the canvas; answers everything it is asked. */
async function panel(world: TurnWorld, operator: WireClient, key = new DeviceKey()) {
  const node = await connected(world.gateway, nodeConnect(world.gateway.token, COMMANDS, MAC), { key });
  const asked = await operator.event("node.pair.requested");
  if (isRecord(asked["payload"])) {
    await operator.call("node.pair.approve", { requestId: asked["payload"]["requestId"] });
  }
  return { node, key };
}

/** The next thing the node is asked to do; it does it. */
async function asked(node: WireClient): Promise<{ command: unknown; params: unknown }> {
  const { payload } = await node.event("node.invoke.request");
  if (!isRecord(payload)) throw new Error("an invocation without payload");
  const { id, nodeId, command, paramsJSON } = payload;
  await node.call("node.invoke.result", { id, nodeId, ok: true, payload: { shown: true } });
  return { command, params: JSON.parse(String(paramsJSON ?? "{}")) };
}

async function statusAt(url: string): Promise<number> {
  const response = await fetch(url);
  await response.body?.cancel();
  return response.status;
}

test("seed 209: an agent shows a page it wrote on a Mac, which opens it by an address of its own", async () => {
  await using world = await turnWorld();
  await using operator = await world.operator();
  const { node } = await panel(world, operator);
  const say = async (tool: string, args: object, idempotencyKey: string) => {
    const message = `TOOL ${tool} ${JSON.stringify(args)}`;
    await operator.call("chat.send", { sessionKey: "agent:main:main", message, idempotencyKey });
  };
  await say("write", { path: "canvas/chart.html", content: "<h1>chart</h1>" }, "write");
  await operator.call("agent.wait", { runId: "write" });
  await say("canvas", { action: "present", target: `${PAGE}chart.html`, width: 640 }, "present");
  expect(await asked(node)).toEqual({
    command: "canvas.present",
    params: { target: `${PAGE}chart.html`, width: 640 },
  });
  await operator.call("agent.wait", { runId: "present" });
  const result = await until("the tool's answer", () => world.fake.requests.at(-1)?.toolResults.at(-1)?.text);
  expect(result).toContain('"ok": true');
  const { surface, ...fresh } = (await node.call("node.pluginSurface.refresh", {
    surface: "canvas",
  })) as Record<string, unknown>;
  expect(surface).toBe("canvas");
  const response = await fetch(`${canvasUrl(fresh)}${PAGE}chart.html`);
  expect(await response.text()).toStartWith("<h1>chart</h1>");
  await node.close();
});

test("C7: what a node is told of the canvas is good while it is connected and approved, and for the canvas alone", async () => {
  await using world = await turnWorld();
  await using operator = await world.operator();
  const { gateway } = world;
  const stranger = await connected(gateway, nodeConnect(gateway.token, ["system.notify"]), {
    key: new DeviceKey(),
  });
  const refused = await stranger.request("node.pluginSurface.refresh", { surface: "canvas" });
  expect(refused.error).toMatchObject({ code: "UNAVAILABLE", message: "canvas plugin surface unavailable" });
  await operator.event("node.pair.requested");

  const { node: first, key } = await panel(world, operator);
  await first.close();
  const again = await attempt(gateway, nodeConnect(gateway.token, COMMANDS, MAC), { key });
  const url = canvasUrl(again.answer.payload);
  expect(await statusAt(`${url}${PAGE}`)).toBe(200);
  expect(await statusAt(`${url}/v1/models`)).toBe(404);
  expect(await statusAt(`${url}/sessions/agent:main:main/history`)).toBe(404);

  const older = { ...nodeConnect(gateway.token, COMMANDS, MAC), minProtocol: 3, maxProtocol: 3 };
  const replaced = await attempt(gateway, older, { key });
  const hello = replaced.answer.payload;
  expect(isRecord(hello) && [typeof hello["canvasHostUrl"], "pluginSurfaceUrls" in hello]).toEqual([
    "string",
    false,
  ]);
  // The connection it was told on was replaced, and is gone.
  await within("the end of the one before", again.client.closed);
  await until("the address to be taken back", async () => (await statusAt(`${url}${PAGE}`)) === 401);
  await replaced.client.close();
  await stranger.close();
});

test("an operator is told the canvas too, until the connection ends", async () => {
  await using world = await turnWorld();
  const url = canvasUrl(await helloOf(world.gateway));
  await until("the address to be taken back", async () => (await statusAt(`${url}${PAGE}`)) === 401);
  await using operator = await world.operator();
  const fresh = canvasUrl(await operator.call("plugin.surface.refresh", { surface: "canvas" }));
  expect(fresh).toStartWith(`${world.gateway.httpUrl}/__openclaw__/cap/`);
  expect(await statusAt(`${fresh}${PAGE}`)).toBe(200);
  const unknown = await operator.request("plugin.surface.refresh", { surface: "terminal" });
  expect(unknown.error?.code).toBe("UNAVAILABLE");
});

test("openclaw nodes canvas shows, navigates and hides", async () => {
  await using world = await turnWorld();
  await using operator = await world.operator();
  const { node } = await panel(world, operator);
  const { gateway, home } = world;
  const run = (...args: string[]) =>
    runOpenclaw(["nodes", "canvas", ...args, "--node", "studio"], {
      home: home.path,
      env: { OPENCLAW_GATEWAY_TOKEN: gateway.token ?? "", OPENCLAW_GATEWAY_PORT: String(gateway.port) },
    });
  const cases = [
    {
      args: ["present", "--target", PAGE, "--x", "10"],
      command: "canvas.present",
      params: { target: PAGE, x: 10 },
    },
    { args: ["navigate", PAGE], command: "canvas.navigate", params: { url: PAGE } },
    { args: ["hide", "--json"], command: "canvas.hide", params: {} },
  ];
  for (const { args, command, params } of cases) {
    const [ran, heard] = await Promise.all([run(...args), asked(node)]);
    expect([ran.code, ran.stderr]).toEqual([0, ""]);
    expect(heard).toEqual({ command, params });
  }
  await node.close();
});

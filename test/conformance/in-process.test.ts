import { expect, test } from "bun:test";
import { readEnv } from "../../src/config/index.ts";
import { Launched } from "../../src/gateway/start/launch.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { TICK_INTERVAL_MS } from "../../src/protocol/index.ts";
import { holdGateway } from "../e2e/wire/support/in-process.ts";
import { cleanEnv, freePort, type TempHome, tempHome } from "../support/index.ts";
import { Device, ReferenceClient } from "./support/index.ts";

interface InProcess extends AsyncDisposable {
  readonly launched: Launched;
  readonly home: TempHome;
  readonly url: string;
  readonly token: string;
}

/** A gateway inside the test's own process, with a home of its own. */
async function launch(token: string): Promise<InProcess> {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local", reload: { mode: "hot" } },
    logging: { consoleLevel: "silent" },
  });
  const port = await freePort();
  const refused: string[] = [];
  const launched = await Launched.start({
    env: readEnv(cleanEnv(home.path)),
    flags: { port, token },
    clock: systemClock,
    ids: randomIds,
    out() {},
    err: (line) => void refused.push(line),
    isTerminal: false,
  });
  return {
    launched,
    home,
    token,
    url: `ws://127.0.0.1:${port}/`,
    async [Symbol.asyncDispose]() {
      await launched.gateway.stop();
      await launched.dispose();
      await home[Symbol.asyncDispose]();
    },
  };
}

const connect = ({ url, token }: InProcess) => ReferenceClient.connect({ url, token });

test("two gateways in one process share nothing but the process", async () => {
  await using first = await launch("token-of-the-first");
  await using second = await launch("token-of-the-second");
  await using one = await connect(first);
  await using two = await connect(second);

  await using stranger = ReferenceClient.start({ url: first.url, token: second.token });
  expect(await stranger.closed()).toMatchObject({ code: 1008 });

  const [hello, otherHello] = [await one.hello(), await two.hello()];
  expect(hello.snapshot.stateDir).toBe(first.home.at(".openclaw"));
  expect(otherHello.snapshot.stateDir).toBe(second.home.at(".openclaw"));
  expect(hello.server.bootId).not.toBe(otherHello.server.bootId ?? "");
  const identities = await Promise.all([one, two].map((client) => client.call("gateway.identity.get")));
  expect(identities[0]?.deviceId).not.toBe(identities[1]?.deviceId);

  await one.call("system-event", { text: "only the first knows" });
  expect(await one.call("status")).toMatchObject({ queuedSystemEvents: ["only the first knows"] });
  expect(await two.call("status")).toMatchObject({ queuedSystemEvents: [] });

  const raw = JSON.stringify({ agents: { defaults: { workspace: "~/first" } } });
  const { hash } = await one.call("config.get");
  await one.call("config.patch", { raw, baseHash: hash });
  await one.event("config.changed");
  expect(JSON.stringify(await two.call("config.get"))).not.toContain("~/first");
  expect(two.events.map(({ event }) => event)).not.toContain("config.changed");
  const logs = await Promise.all([one, two].map((client) => client.call<{ file: string }>("logs.tail")));
  expect(logs[0]?.file).not.toBe(logs[1]?.file ?? "");
}, 60_000);

test("the end of one is not the end of the other", async () => {
  await using second = await launch("token-of-the-second");
  await using two = await connect(second);
  {
    await using first = await launch("token-of-the-first");
    await using one = await connect(first);
    await first.launched.gateway.stop();
    expect(await one.closed()).toMatchObject({ code: 1012 });
  }
  expect(await two.call("health")).toMatchObject({ ok: true });
  expect(two.closes).toEqual([]);
}, 60_000);

test("a tick comes once in each interval that the hello announces, which is what the client's watchdog waits for", async () => {
  await using gateway = await holdGateway();
  const { clock } = gateway;
  await using client = await ReferenceClient.connect({ url: gateway.wsUrl, token: gateway.token });
  expect((await client.hello()).policy.tickIntervalMs).toBe(TICK_INTERVAL_MS);
  for (let n = 1; n <= 3; n++) {
    clock.advance(TICK_INTERVAL_MS);
    const due = clock.now();
    await client.event("tick", ({ ts }) => ts === due);
    expect(client.events.filter(({ event }) => event === "tick")).toHaveLength(n);
    // The pong to the pings of that interval is read before this answer is.
    await client.call("health");
  }
  expect([client.gaps, client.closes]).toEqual([[], []]);
});

test("an invocation that takes too long is cancelled, and the answer that comes after that is ignored", async () => {
  await using gateway = await holdGateway();
  const address = { url: gateway.wsUrl, token: gateway.token };
  await using operator = await ReferenceClient.connect(address);
  const device = new Device();
  await using node = await ReferenceClient.connect({
    ...address,
    device,
    role: "node",
    clientName: "node-host",
    mode: "node",
    platform: "linux",
    deviceFamily: "Linux",
    commands: ["system.notify"],
  });
  const { requestId } = await operator.event("node.pair.requested");
  await operator.call("node.pair.approve", { requestId });
  const asked = { nodeId: device.id, command: "system.notify", timeoutMs: 150, idempotencyKey: "slow" };
  const answer = operator.refusal("node.invoke", asked);
  const { id } = await node.event("node.invoke.request");
  gateway.clock.advance(150);
  expect(await answer).toMatchObject({
    gatewayCode: "UNAVAILABLE",
    message: "TIMEOUT: node invoke timed out",
    details: { nodeError: { code: "TIMEOUT" }, nodeCommandDispatched: true },
  });
  expect(await node.event("node.invoke.cancel")).toMatchObject({ invokeId: id, nodeId: device.id });
  expect(await node.call("node.invoke.result", { id, nodeId: device.id, ok: true })).toEqual({
    ok: true,
    ignored: true,
  });
});

import { expect, test } from "bun:test";
import { readEnv } from "../../src/config/index.ts";
import { Launched } from "../../src/gateway/start/launch.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { randomIds } from "../../src/lib/ids.ts";
import { TICK_INTERVAL_MS } from "../../src/protocol/index.ts";
import { cleanEnv, freePort, ManualClock, type TempHome, tempHome, until } from "../support/index.ts";
import { ReferenceClient } from "./support/index.ts";

interface InProcess extends AsyncDisposable {
  readonly launched: Launched;
  readonly home: TempHome;
  readonly url: string;
  readonly token: string;
}

/** A gateway inside the test's own process, with a home of its own. */
async function launch(token: string, clock = systemClock): Promise<InProcess> {
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
    clock,
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
});

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
});

test("a tick comes once in each interval that the hello announces, which is what the client's watchdog waits for", async () => {
  const clock = new ManualClock(Date.now());
  await using gateway = await launch("token", clock);
  await using client = await connect(gateway);
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
  const stopped = gateway.launched.gateway.stop().then(() => true);
  await until("the end, in the gateway's own time", async () => {
    clock.advance(10);
    return Promise.race([stopped, Bun.sleep(1)]).then(Boolean);
  });
});

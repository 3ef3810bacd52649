import { expect, test } from "bun:test";
import { MAX_PRESENCE_ROWS } from "../../../src/gateway/limits.ts";
import { residentMb } from "../../bench/process.ts";
import { type GatewayProcess, spawnGateway, until, type WireClient } from "../../support/index.ts";
import { swarm } from "./swarm.ts";

const CLIENTS = 1_000;

/** How much more may stay resident after a wave than before it. */
const TOLERANCE = 1.2;

/** Memory counts as settled when it stayed within one per cent for this long. */
const SETTLED_MS = 3_000;
const SETTLE_PATIENCE_MS = 20_000;

/** Three waves, and memory that may take its time three times over. */
const TIMEOUT_MS = 120_000;

/** Resident memory in MB, from outside where the system tells, else what the gateway says of itself. */
async function resident(gateway: GatewayProcess, operator: WireClient): Promise<number> {
  const seen = await residentMb(gateway.pid);
  if (seen !== undefined) return seen;
  const { processMemory } = (await operator.call("status")) as { processMemory: { rssBytes: number } };
  return processMemory.rssBytes / 1e6;
}

/** Resident memory once it has stopped changing. */
async function settled(gateway: GatewayProcess, operator: WireClient): Promise<number> {
  let steady = await resident(gateway, operator);
  let since = performance.now();
  return until(
    "memory to settle",
    async () => {
      const now = await resident(gateway, operator);
      if (Math.abs(now - steady) > steady / 100) {
        steady = now;
        since = performance.now();
      }
      return performance.now() - since > SETTLED_MS && now;
    },
    SETTLE_PATIENCE_MS,
  );
}

test(
  "1,000 clients connect, hear of each other and leave, again and again, and memory returns to where it was",
  async () => {
    await using gateway = await spawnGateway();
    await using operator = await gateway.operator();
    let before = 0;
    for (let wave = 0; wave < 3; wave++) {
      const crowd = await swarm(gateway.wsUrl, gateway.token ?? "", CLIENTS);
      await operator.call("system-event", { text: `Node: wave ${wave}` });
      await until("everybody to hear of presence", () => crowd.informed() === CLIENTS);
      expect(crowd.longestPresence()).toBe(MAX_PRESENCE_ROWS);
      expect(await operator.call("system-presence")).toBeArrayOfSize(MAX_PRESENCE_ROWS);
      expect(await crowd.leave()).toBe(0);
      await until("the gateway to have seen them go", async () => {
        const metrics = await (await fetch(`${gateway.httpUrl}/metrics`)).text();
        return /^openclaw_connections 1$/m.test(metrics);
      });
      // The first wave warms up: code is compiled, caches are filled.
      if (wave === 0) before = await settled(gateway, operator);
    }
    const returned = async () => (await resident(gateway, operator)) <= before * TOLERANCE;
    await until(`memory to return to ${before.toFixed(1)} MB`, returned, SETTLE_PATIENCE_MS);
    expect((await settled(gateway, operator)) / before).toBeLessThan(TOLERANCE);
    expect(await operator.call("health")).toMatchObject({ ok: true });
  },
  TIMEOUT_MS,
);

test("the presence list keeps its bound with the newest rows in it, also for whoever comes last", async () => {
  await using gateway = await spawnGateway();
  const crowd = await swarm(gateway.wsUrl, gateway.token ?? "", MAX_PRESENCE_ROWS + 50);
  await using operator = await gateway.operator();
  const rows = (await operator.call("system-presence")) as { mode: string; instanceId?: string }[];
  expect(rows).toHaveLength(MAX_PRESENCE_ROWS);
  expect(rows[0]?.mode).toBe("gateway");
  expect(rows.map(({ instanceId }) => instanceId)).toContain(`program-${MAX_PRESENCE_ROWS + 49}`);
  await crowd.leave();
});

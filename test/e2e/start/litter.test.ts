import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, utimesSync } from "node:fs";
import { freePort, tempHome } from "../../support/index.ts";
import { startProgram } from "../program.ts";

/** Starts that end in order, by SIGKILL when up, and by SIGKILL on the way there. */
const CYCLES = 50;

/** A start takes about this long: most kills before it hit one in progress. */
const START_MS = 150;

test("B26: starts, stops and crashes leave no file behind, neither in the state folder nor for the system to clean up", async () => {
  await using home = await tempHome();
  mkdirSync(home.at("temp"));
  const port = await freePort();
  const env = { OPENCLAW_GATEWAY_TOKEN: "litter-token-0123456789", TMPDIR: home.at("temp") };
  const args = ["gateway", "--allow-unconfigured", "--port", String(port)];
  const start = () => startProgram(args, { home, env });
  const files = () => readdirSync(home.at(".openclaw"), { recursive: true }).map(String).sort();
  const inOrder = async (): Promise<string[]> => {
    const gateway = await start();
    await gateway.said(/\bready\b/);
    gateway.signal("SIGTERM");
    expect(await gateway.exited).toBe(0);
    return files();
  };
  const clean = await inOrder();
  for (let cycle = 1; cycle < CYCLES; cycle += 1) {
    const gateway = await start();
    const kind = cycle % 4;
    if (kind === 0) await gateway.said(/\bready\b/);
    else await Bun.sleep(Math.random() * START_MS);
    gateway.signal(kind === 1 ? "SIGTERM" : "SIGKILL");
    await gateway.exited;
  }
  // A half lock may be somebody's who is about to take it; a minute later it is nobody's.
  for (const name of files()) utimesSync(home.at(".openclaw", name), new Date(0), new Date(0));
  expect(await inOrder()).toEqual(clean);
  expect(readdirSync(home.at("temp"))).toEqual([]);
}, 120_000);

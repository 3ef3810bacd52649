import { expect, test } from "bun:test";
import { spawnGateway, tempHome, until, within } from "../../support/index.ts";

test("a supervised gateway above its memory drains and ends with a code that is started anew; one in a terminal only says so", async () => {
  await using home = await tempHome();
  const small = { OPENCLAW_MEMORY_CAPACITY_MB: "40" };
  const mark = { OPENCLAW_SERVICE_MARKER: "openclaw", OPENCLAW_SERVICE_KIND: "gateway" };
  await using foreground = await spawnGateway({ env: small });
  await using supervised = await spawnGateway({ home, env: { ...small, ...mark } });
  expect(await within("the end", supervised.exited, 15_000)).toBe(75);
  expect(supervised.output()).toMatch(/memory is short \(\d+ of 40 MB\); ending.*openclaw_connections=0/);
  expect(supervised.output()).toContain("shutdown completed cleanly");
  await using again = await spawnGateway({ home, env: { ...small, ...mark } });
  await until("the second refusal", () => again.output().includes("did not help"), 15_000);
  expect((await fetch(`${again.httpUrl}/readyz`)).status).toBe(200);
  const told = "nobody would start this gateway again";
  await until("the word of the one in a terminal", () => foreground.output().includes(told), 15_000);
  expect((await fetch(`${foreground.httpUrl}/readyz`)).status).toBe(200);
}, 60_000);

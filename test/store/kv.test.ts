import { expect, test } from "bun:test";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { kvString, openStore } from "../../src/store/index.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

test("a value set before a close is there after the next open", async () => {
  const dir = mkdtempSync(join(tmpdir(), "store-"));
  const path = join(dir, "state", "openclaw.sqlite");
  const key = kvString("test.name");
  const first = await openStore({ path, clock: systemClock, log: silentLogger });
  await first.kv.set(key, "value");
  expect(await first.kv.setOnce(key, "other")).toBe("value");
  await first.backup(join(dir, "copy"));
  await first.close();
  const second = await openStore({ path, clock: systemClock, log: silentLogger });
  expect(await second.kv.get(key)).toBe("value");
  expect(await second.probe()).toEqual({ state: "ok" });
  await second.close();
  rmSync(dir, { recursive: true });
});

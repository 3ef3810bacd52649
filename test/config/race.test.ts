import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, valueAt } from "../../src/config/index.ts";
import { storeIn, TempFolder } from "./support/fixture.ts";

const KILLS = 60;
const RACERS = ["a", "b", "c"];

test("B12: racing writers that are killed at any moment never break the file and never lose a stored key", async () => {
  using folder = new TempFolder();
  const path = folder.file(
    "openclaw.json",
    '{\n  // stays\n  gateway: { mode: "local" }, // stays too\n  race: {}\n}\n',
  );
  const stored = new Map<string, number>();
  let kills = 0;

  const check = (): void => {
    const text = readFileSync(path, "utf8");
    const config: unknown = Bun.JSON5.parse(text);
    expect(text).toContain("// stays\n");
    expect(text).toContain("// stays too");
    expect(valueAt(config, ["gateway", "mode"])).toBe("local");
    for (const [name, least] of stored) {
      expect({ name, ok: Number(valueAt(config, ["race", name])) >= least }).toEqual({ name, ok: true });
    }
  };

  /** Lets one writer store a few values, then kills it in the middle of the next. */
  const runOnce = async (name: string): Promise<void> => {
    const racer = Bun.spawn(
      [process.execPath, join(import.meta.dir, "support/racer.ts"), folder.path, name],
      {
        stdout: "pipe",
        stderr: "inherit",
      },
    );
    const until = 1 + Math.floor(Math.random() * 4);
    let seen = 0;
    const decoder = new TextDecoder();
    for await (const chunk of racer.stdout) {
      for (const line of decoder.decode(chunk).trim().split("\n")) {
        stored.set(name, Math.max(stored.get(name) ?? 0, Number(line)));
        seen++;
      }
      if (seen >= until) racer.kill("SIGKILL");
    }
    await racer.exited;
    expect(racer.signalCode).toBe("SIGKILL");
  };

  await Promise.all(
    RACERS.map(async (name) => {
      while (kills < KILLS) {
        kills++;
        await runOnce(name);
        check();
      }
    }),
  );
  const held = Number(valueAt(Bun.JSON5.parse(readFileSync(path, "utf8")), ["race", "a"]));
  await storeIn(folder).setPath(["race", "a"], held + 1);
  expect(readdirSync(folder.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  const final: unknown = Bun.JSON5.parse(readFileSync(path, "utf8"));
  expect(isObject(final) && Object.keys(final)).toEqual(["gateway", "race", "meta"]);
}, 120_000);

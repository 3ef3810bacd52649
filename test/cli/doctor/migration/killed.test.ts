import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { planMigration } from "../../../../src/cli/doctor/migration/plan.ts";
import { cli } from "../../in-process.ts";
import { doctor } from "../home.ts";
import { type OldHome, oldHome, OLD_HOMES, sessionIn, treeOf } from "./old-homes.ts";

const ONLY = ["--only", "legacy-state"];
const MOMENTS = ["before", "done", "noted"] as const;
/** For a dozen processes one after the other, each killed in the middle and its home looked through. */
const PROCESSES_MS = 120_000;
const SCRIPT = join(import.meta.dir, "killed.ts");

async function killedAt(
  home: string,
  args: readonly string[],
  act: "migrate" | "undo",
  step: number,
  moment: (typeof MOMENTS)[number],
): Promise<void> {
  const child = Bun.spawn([process.execPath, SCRIPT, home, args[1] ?? "", act, String(step), moment], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
}

async function takenBack(home: string, args: readonly string[]): Promise<unknown> {
  const { stdout } = await cli([...args, "doctor", "--undo-migration", "--yes", "--json"], { home });
  return JSON.parse(stdout);
}

async function stepsOf(kind: OldHome): Promise<number> {
  const { home, args } = await oldHome(kind);
  await using _ = home;
  return (await planMigration(sessionIn(home.path, args)))?.steps.length ?? 0;
}

for (const [turn, kind] of OLD_HOMES.entries()) {
  test(
    `${kind}: killed at any step, it is gone on with, or taken back to the byte`,
    async () => {
      const steps = await stepsOf(kind);
      expect(steps).toBeGreaterThan(2);
      for (let step = 0; step < steps; step++) {
        const { home, args, state } = await oldHome(kind);
        await using _ = home;
        const before = treeOf(home.path);
        const moment = MOMENTS[(step + turn) % MOMENTS.length] ?? "done";
        await killedAt(home.path, args, "migrate", step, moment);
        const found = await doctor(home, [...args, ...ONLY]);
        expect(found.findings).toMatchObject([{ severity: "error", fixable: true }]);
        if ((step + turn) % 2 === 0) {
          const resumed = await doctor(home, [...args, ...ONLY, "--fix", "--yes"]);
          expect(resumed.findings[0]?.repair).toMatchObject({ state: "done" });
          expect((await doctor(home, [...args, ...ONLY])).findings).toEqual([]);
          expect(existsSync(home.at(state, "openclaw.json"))).toBe(true);
        }
        expect(await takenBack(home.path, args)).toMatchObject({ ok: true, kept: [] });
        expect(treeOf(home.path)).toEqual(before);
      }
    },
    PROCESSES_MS,
  );
}

test(
  "killed while it is taken back, it is said so, and taken back to the byte",
  async () => {
    const steps = await stepsOf("clawdbot");
    for (let step = steps - 1; step >= 0; step--) {
      const { home, args } = await oldHome("clawdbot");
      await using _ = home;
      const before = treeOf(home.path);
      await doctor(home, [...ONLY, "--fix", "--yes"]);
      await killedAt(home.path, args, "undo", step, MOMENTS[step % MOMENTS.length] ?? "done");
      const { findings } = await doctor(home, [...ONLY, "--fix", "--yes"]);
      expect(findings).toMatchObject([{ severity: "error", fixable: false }]);
      expect(findings[0]?.fixHint).toContain("--undo-migration");
      expect(await takenBack(home.path, args)).toMatchObject({ ok: true, kept: [] });
      expect(treeOf(home.path)).toEqual(before);
    }
  },
  PROCESSES_MS,
);

import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_DIR } from "../../support/index.ts";

/** The `ini` blocks of a page that are units of a gateway. */
async function unitsOf(page: string): Promise<string[]> {
  const text = await Bun.file(join(PROJECT_DIR, "docs", page)).text();
  return [...text.matchAll(/^```ini\n(.*?)^```/gms)]
    .map(([, unit = ""]) => unit)
    .filter((unit) => unit.includes("[Unit]"));
}

test("seed 158, 152: the units that the pages show, for an executable in a place of its own, say what an installed one says", async () => {
  const units = [...(await unitsOf("runbook.md")), ...(await unitsOf("linux.md"))];
  expect(units.length).toBeGreaterThanOrEqual(2);
  for (const unit of units) {
    for (const line of [
      "After=network-online.target",
      "Wants=network-online.target",
      "Type=notify",
      "Restart=always",
      "RestartSec=5",
      "RestartPreventExitStatus=78",
      "SuccessExitStatus=0 143",
      "TimeoutStartSec=30",
      "TimeoutStopSec=30",
      "KillMode=control-group",
    ])
      expect(unit.split("\n")).toContain(line);
    expect(unit).toMatch(/^ExecStart=\/\S+\/openclaw gateway --port 18789$/m);
    expect(unit).toMatch(/^WantedBy=(?:default|multi-user)\.target$/m);
    expect(unit).not.toMatch(/TOKEN|PASSWORD/);
  }
});

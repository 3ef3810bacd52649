import { expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "plist";
import { FakeLaunchctl } from "../../fakes/launchctl/index.ts";
import { readPlist } from "../../fakes/launchctl/plist.ts";
import { freePort, runOpenclaw, tempHome } from "../../support/index.ts";
import type { Report } from "../../cli/doctor/home.ts";

const LABEL = "ai.openclaw.gateway";
const PATIENCE_MS = 40_000;
const KEEP_ALIVE = /<key>KeepAlive<\/key>\s*<true\/>/;

/** A Mac with the compiled program and an installed service. */
async function mac() {
  const home = await tempHome();
  const launchd = new FakeLaunchctl(home);
  const port = await freePort();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", port } });
  const env = { PATH: launchd.path, OPENCLAW_SERVICE_MANAGER: "launchd" };
  const run = (...argv: string[]) => runOpenclaw(argv, { home: home.path, env, timeoutMs: PATIENCE_MS });
  expect((await run("gateway", "install")).code).toBe(0);
  return {
    home,
    launchd,
    run,
    plistPath: home.at("Library/LaunchAgents", `${LABEL}.plist`),
    async doctor(...args: string[]): Promise<Report["findings"]> {
      return (JSON.parse((await run("doctor", "--json", ...args)).stdout) as Report).findings;
    },
    isLive: async () =>
      fetch(`http://127.0.0.1:${port}/healthz`).then(
        async (response) => (await response.body?.cancel(), response.ok),
        () => false,
      ),
    async [Symbol.asyncDispose]() {
      await launchd[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

test(
  "seed 134, 121–123: a LaunchAgent without KeepAlive is named and written anew; agents of earlier names go",
  async () => {
    await using bed = await mac();
    expect(await bed.doctor("--only", "service", "--only", "other-services")).toEqual([]);
    writeFileSync(
      bed.plistPath,
      readFileSync(bed.plistPath, "utf8").replace(KEEP_ALIVE, "<key>KeepAlive</key><false/>"),
    );
    const old = await Promise.all(
      ["com.openclaw.gateway", "bot.molt.gateway", "com.clawdbot.gateway"].map((label) =>
        bed.home.write(
          `Library/LaunchAgents/${label}.plist`,
          build({ Label: label, ProgramArguments: ["/usr/local/bin/clawdbot", "gateway"] }),
        ),
      ),
    );
    const found = await bed.doctor("--only", "service", "--only", "other-services");
    expect(found.filter(({ checkId }) => checkId === "other-services")).toHaveLength(3);
    expect(found.map(({ target }) => target)).toContain("launchd-keep-alive");
    expect(found.every(({ fixable, severity }) => fixable && severity === "warning")).toBe(true);

    const fixed = await bed.doctor("--fix", "--only", "service", "--only", "other-services");
    expect(fixed.map(({ repair }) => repair?.state)).toEqual(fixed.map(() => "done"));
    expect(readPlist(bed.plistPath)).toMatchObject({ KeepAlive: true });
    expect(old.filter((path) => existsSync(path))).toEqual([]);
    expect(await bed.isLive()).toBe(true);
    expect(await bed.doctor("--only", "service", "--only", "other-services")).toEqual([]);
  },
  PATIENCE_MS,
);

test(
  "seed 133: no repair brings back a LaunchAgent that its operator stopped with --disable",
  async () => {
    await using bed = await mac();
    expect((await bed.run("gateway", "stop", "--disable")).code).toBe(0);
    writeFileSync(
      bed.plistPath,
      readFileSync(bed.plistPath, "utf8").replace(KEEP_ALIVE, "<key>KeepAlive</key><false/>"),
    );
    const before = bed.launchd.orders.length;
    await bed.doctor("--fix", "--yes", "--force");
    expect(readPlist(bed.plistPath)).toMatchObject({ KeepAlive: true });
    const orders = bed.launchd.orders
      .slice(before)
      .filter((order) => /bootstrap|kickstart|^enable/.test(order));
    expect(orders).toEqual([]);
    expect(await bed.isLive()).toBe(false);
    expect(await bed.doctor("--only", "service")).toMatchObject([
      { severity: "info", message: expect.stringContaining("stopped for good") },
    ]);
  },
  PATIENCE_MS,
);

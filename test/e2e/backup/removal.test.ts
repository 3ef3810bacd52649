import { expect, test } from "bun:test";
import { existsSync, readdirSync, renameSync } from "node:fs";
import { freePort, runOpenclaw, spawnGateway, tempHome } from "../../support/index.ts";

const DRY_RUNS = [
  ["reset", "--dry-run"],
  ["reset", "--scope", "full", "--dry-run"],
  ["uninstall", "--all", "--dry-run"],
] as const;

test("reset and uninstall of the executable: dry runs at any time, nothing while the gateway runs, and one mv undoes it", async () => {
  await using home = await tempHome();
  {
    await using gateway = await spawnGateway({ home });
    for (const args of DRY_RUNS) {
      const dry = await runOpenclaw(args, { home: home.path });
      expect([args.join(" "), dry.code, dry.stderr]).toEqual([args.join(" "), 0, ""]);
      expect(dry.stdout).toContain("Dry run only");
    }
    for (const args of [
      ["reset", "--scope", "full"],
      ["uninstall", "--state"],
    ]) {
      const refused = await runOpenclaw([...args, "--yes", "--non-interactive"], { home: home.path });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain(`pid ${gateway.pid}`);
    }
    expect(readdirSync(home.path)).toEqual([".openclaw"]);
  }
  const done = await runOpenclaw(["reset", "--scope", "full", "--yes", "--non-interactive"], {
    home: home.path,
  });
  expect(done.code).toBe(0);
  expect(existsSync(home.at(".openclaw"))).toBe(false);
  const [aside = ""] = readdirSync(home.path);
  renameSync(home.at(aside), home.at(".openclaw"));
  await using again = await spawnGateway({ home });
  expect(again.port).toBeGreaterThan(0);
});

test("a reset of the configuration while a gateway runs says that it goes on with the old token; so do the commands that it refuses then, and they name the cure", async () => {
  await using home = await tempHome();
  const port = await freePort();
  await home.write(".openclaw/openclaw.json", {
    gateway: { mode: "local", port, auth: { mode: "token", token: "token-before-the-reset-0123456789" } },
  });
  await using gateway = await spawnGateway({ home, token: null, port });
  const env = { OPENCLAW_GATEWAY_PORT: String(port) };
  const run = (...argv: string[]) => runOpenclaw(argv, { home: home.path, env });
  const reset = await run("reset", "--scope", "config", "--yes", "--non-interactive");
  const told = `(pid ${gateway.pid}) goes on with what it read when it started`;
  for (const { stderr } of [reset, await run("gateway", "status"), await run("gateway", "health")]) {
    expect(stderr.replaceAll(/\s+/g, " ")).toContain(told);
    expect(stderr).toContain("openclaw gateway stop");
    expect(stderr).toContain("openclaw onboard");
  }
  expect((await run("gateway", "stop")).code).toBe(0);
  expect(await gateway.exited).toBe(0);
});

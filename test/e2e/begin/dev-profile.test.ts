import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { runOpenclaw, type TempHome, tempHome, until } from "../../support/index.ts";
import { startProgram } from "../program.ts";

/** Many programs are started one after the other, each on a busy machine. */
const PATIENCE = 30_000;

async function dev(home: TempHome, ...args: readonly string[]) {
  return runOpenclaw(["--dev", ...args], { home: home.path });
}

test(
  "seeds 166, 170, 171 and 175: --dev setup in a script makes state, configuration and workspace",
  async () => {
    await using home = await tempHome();
    const { code, stdout } = await dev(home, "setup");
    expect([code, stdout]).toEqual([0, expect.stringContaining("~/.openclaw-dev/openclaw.json")]);
    expect(await Bun.file(home.at(".openclaw-dev", "openclaw.json")).json()).toMatchObject({
      gateway: { mode: "local" },
    });
    expect(existsSync(home.at(".openclaw", "workspace-dev", "AGENTS.md"))).toBe(true);
    expect(existsSync(home.at(".openclaw-dev", "state", "openclaw.sqlite"))).toBe(true);
    expect((await dev(home, "config", "file")).stdout).toBe("~/.openclaw-dev/openclaw.json\n");
    // Once more, and nothing is another.
    const before = await Bun.file(home.at(".openclaw-dev", "openclaw.json")).text();
    expect((await dev(home, "setup")).code).toBe(0);
    expect(await Bun.file(home.at(".openclaw-dev", "openclaw.json")).text()).toBe(before);
  },
  PATIENCE,
);

test(
  "seeds 167, 168, 169, 172 and 177: the dev gateway is on 19001 unless it is told otherwise",
  async () => {
    await using home = await tempHome();
    const config = JSON.parse((await dev(home, "gateway", "status", "--json", "--no-probe")).stdout);
    expect(config.gateway).toMatchObject({ port: 19_001, probeUrl: "ws://127.0.0.1:19001" });
    const status = JSON.parse((await dev(home, "status", "--json")).stdout);
    expect(status.gateway.url).toBe("ws://127.0.0.1:19001");
    const health = await dev(home, "health");
    expect([health.code, health.stderr]).toEqual([1, expect.stringContaining("ws://127.0.0.1:19001")]);
    const named = { OPENCLAW_GATEWAY_PORT: "19555", OPENCLAW_WORKSPACE_DIR: home.at("desk") };
    const told = await runOpenclaw(["--dev", "setup", "--json"], { home: home.path, env: named });
    expect(JSON.parse(told.stdout)).toMatchObject({ workspace: home.at("desk"), gateway: { port: 19_555 } });
    const inFile = await dev(home, "setup", "--baseline", "--workspace", "~/elsewhere", "--json");
    expect(JSON.parse(inFile.stdout)).toMatchObject({ workspace: home.at("elsewhere") });
  },
  PATIENCE,
);

test(
  "seed 167: --dev gateway --allow-unconfigured starts on a fresh home and its own state",
  async () => {
    await using home = await tempHome();
    const args = ["--dev", "gateway", "--allow-unconfigured"];
    await using gateway = await startProgram(args, { home });
    // Somebody else's dev gateway may have the port on this machine; then this one says so.
    await until("a start", () => /ready|already (?:in use|listening)/.test(gateway.output()));
    expect(gateway.output()).toContain("19001");
    expect(existsSync(home.at(".openclaw-dev"))).toBe(true);
  },
  PATIENCE,
);

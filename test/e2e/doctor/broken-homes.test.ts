import { expect, test } from "bun:test";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { openclawBinary, runOpenclaw, spawnGateway, type TempHome } from "../../support/index.ts";
import { CONFIG, homeWith, type Report, TOKEN } from "../../cli/doctor/home.ts";
import { oldHome, treeOf } from "../../cli/doctor/migration/old-homes.ts";

const PATIENCE_MS = 30_000;
const GOOD = { gateway: { mode: "local", auth: { token: TOKEN } } };

/** Something a person may find, and the check that mends it. */
interface Break {
  readonly id: string;
  /** Without `--yes` it stays. */
  readonly asks?: true;
  readonly args?: readonly string[];
  readonly config?: object;
  breakIt?(home: TempHome): void | Promise<void>;
}

const BREAKS: readonly Break[] = [
  { id: "permissions", breakIt: (home) => chmodSync(home.at(CONFIG), 0o644) },
  {
    id: "config",
    asks: true,
    breakIt(home) {
      writeFileSync(home.at(`${CONFIG}.last-good`), JSON.stringify(GOOD), { mode: 0o600 });
      writeFileSync(home.at(CONFIG), `{ gateway: { mode: "local", prot: 1 } }`);
    },
  },
  {
    id: "config-legacy",
    asks: true,
    config: { ...GOOD, routing: { bindings: [] }, bridge: { port: 18_790 } },
  },
  { id: "gateway-auth", args: ["--generate-gateway-token"], config: { gateway: { mode: "local" } } },
  {
    id: "locks",
    async breakIt(home) {
      const lock = `.openclaw/tmp/openclaw-${process.getuid?.() ?? 0}/gateway.state.lock`;
      await home.write(lock, { pid: 2 ** 22 + 1, ownerId: "gone", startTime: 1 });
    },
  },
  {
    id: "store",
    async breakIt(home) {
      await home.write(".openclaw/state/openclaw.sqlite", "no database at all ".repeat(200));
    },
  },
];

async function doctor(home: TempHome, id: string, ...args: string[]): Promise<Report> {
  const { stdout } = await runOpenclaw(["doctor", "--json", "--only", id, ...args], { home: home.path });
  return JSON.parse(stdout) as Report;
}

for (const { id, asks, args = [], config = GOOD, breakIt } of BREAKS) {
  test(
    `${id}: a sound home has nothing, a broken one is named and left, --fix mends it, and nothing is left to find`,
    async () => {
      await using sound = await homeWith(GOOD);
      expect((await doctor(sound, id)).findings).toEqual([]);
      await using home = await homeWith(config);
      await breakIt?.(home);
      const before = treeOf(home.path);
      const found = await doctor(home, id);
      expect(found.findings.length).toBeGreaterThan(0);
      expect(found.findings.every(({ checkId }) => checkId === id)).toBe(true);
      expect(treeOf(home.path)).toEqual(before);
      if (asks === true) {
        const left = await doctor(home, id, "--fix", ...args);
        expect(left.findings.some(({ repair }) => repair?.state === "left")).toBe(true);
        expect(treeOf(home.path)).toEqual(before);
      }
      const fixed = await doctor(home, id, "--fix", "--yes", ...args);
      expect(fixed.failed).toEqual([]);
      expect(fixed.findings.some(({ repair }) => repair?.state === "done")).toBe(true);
      expect((await doctor(home, id)).findings).toEqual([]);
    },
    PATIENCE_MS,
  );
}

test(
  "a whole run without --fix changes not one byte of a home in which everything is wrong",
  async () => {
    const { home } = await oldHome("clawdbot");
    await using _ = home;
    chmodSync(home.at(".clawdbot"), 0o755);
    const before = treeOf(home.path);
    for (const args of [[], ["--json", "--deep"], ["--lint", "--all"], ["--non-interactive", "--yes"]]) {
      await runOpenclaw(["doctor", ...args], { home: home.path });
      expect(treeOf(home.path)).toEqual(before);
    }
  },
  PATIENCE_MS,
);

test(
  "seed 243: the program killed at any moment of a migration leaves a home that can be gone on with, or taken back to the byte",
  async () => {
    const program = await openclawBinary();
    for (let turn = 0; turn < 8; turn++) {
      const { home } = await oldHome(turn % 2 === 0 ? "clawdbot" : "beside-empty");
      await using _ = home;
      const before = treeOf(home.path);
      const only = ["doctor", "--fix", "--yes", "--only", "legacy-state"];
      const child = Bun.spawn([program, ...only], {
        env: { HOME: home.path, PATH: process.env["PATH"] ?? "" },
        stdio: ["ignore", "ignore", "ignore"],
      });
      // Spread over the run of the program; whatever it is doing then is a case.
      await Bun.sleep(20 + turn * 12);
      child.kill("SIGKILL");
      await child.exited;
      if (turn % 4 < 2) {
        await runOpenclaw(only, { home: home.path });
        expect((await doctor(home, "legacy-state")).findings).toEqual([]);
        expect(existsSync(home.at(".openclaw/openclaw.json"))).toBe(true);
      }
      const begun =
        existsSync(home.at(".openclaw/migration/journal.json")) ||
        existsSync(home.at(".clawdbot/migration/journal.json"));
      if (begun) {
        const undone = await runOpenclaw(["doctor", "--undo-migration", "--yes"], { home: home.path });
        expect({ code: undone.code, stderr: undone.stderr }).toEqual({ code: 0, stderr: "" });
      }
      expect(withoutLocks(treeOf(home.path))).toEqual(withoutLocks(before));
    }
  },
  PATIENCE_MS,
);

/** Killed before it began, it leaves its lock and a file half written, which the next one takes over. */
function withoutLocks(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tree).filter(
      ([place]) =>
        !/^\.(?:clawdbot|openclaw)\/(?:tmp(?:\/openclaw-\d+.*)?|migration(?:\/\.[^/]+\.tmp)?)$/.test(place),
    ),
  );
}

test(
  "a gateway runs on what was taken over, and its conversations are there",
  async () => {
    const { home } = await oldHome("clawdbot");
    await using _ = home;
    const done = await runOpenclaw(["doctor", "--fix", "--yes"], { home: home.path });
    expect(done.stderr).not.toContain("Error");
    const status = await runOpenclaw(["models", "auth", "list"], { home: home.path });
    expect(status.stdout).toContain("anthropic:default");
    expect(readFileSync(home.at(".openclaw/openclaw.json"), "utf8")).toContain("// mine");
    await using gateway = await spawnGateway({ home });
    const asked = ["sessions", "list", "--json", "--port", String(gateway.port)];
    const sessions = await runOpenclaw([...asked, "--token", gateway.token ?? ""], { home: home.path });
    expect(sessions.stdout).toContain("agent:main:main");
    const refused = await runOpenclaw(["doctor", "--undo-migration", "--yes"], { home: home.path });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining(String(gateway.pid)) });
  },
  PATIENCE_MS,
);

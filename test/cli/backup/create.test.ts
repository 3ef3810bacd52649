import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, statSync, symlinkSync, truncateSync, utimesSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { examine } from "../../../src/cli/backup/archive/examine.ts";
import { localStamp, payloadPath } from "../../../src/cli/backup/archive/names.ts";
import { writeArchive } from "../../../src/cli/backup/archive/writer.ts";
import { openStore } from "../../../src/store/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { type TempHome, tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";
import { sessionIn } from "./session.ts";

async function someHome(): Promise<TempHome> {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
  await home.write(".openclaw/workspace/AGENTS.md", "notes");
  return home;
}

const create = (home: TempHome, ...args: string[]) =>
  cli(["backup", "create", "--json", "--output", home.at("out"), ...args], { home: home.path });

async function namesIn(home: TempHome, ...args: string[]): Promise<string[]> {
  const made = await create(home, ...args);
  expect(made.code).toBe(0);
  const { archivePath, archiveRoot } = JSON.parse(made.stdout);
  const { files } = await examine(archivePath, {});
  const state = payloadPath(archiveRoot, home.path);
  return [...files.keys()].map((name) => name.slice(state.length + 1)).sort();
}

describe("backup create", () => {
  test("tells what it did in the documented shape", async () => {
    await using home = await someHome();
    const made = await create(home, "--verify");
    const result = JSON.parse(made.stdout);
    expect(Object.keys(result)).toEqual([
      "createdAt",
      "archiveRoot",
      "archivePath",
      "dryRun",
      "includeWorkspace",
      "onlyConfig",
      "verified",
      "assets",
      "skipped",
      "skippedVolatileCount",
    ]);
    expect(result).toMatchObject({
      dryRun: false,
      includeWorkspace: true,
      onlyConfig: false,
      verified: true,
      assets: [{ kind: "state", sourcePath: home.at(".openclaw"), displayPath: "~/.openclaw" }],
      skipped: [{ kind: "workspace", reason: "covered", coveredBy: "~/.openclaw" }],
    });
    expect(result.archiveRoot).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}[+-]\d\d-\d\d-openclaw-backup$/,
    );
    expect(result.archivePath).toBe(home.at("out", `${result.archiveRoot}.tar.gz`));
    expect(statSync(result.archivePath).mode & 0o777).toBe(0o600);
    expect(readdirSync(home.at("out"))).toEqual([`${result.archiveRoot}.tar.gz`]);
  });

  test("says on a terminal's side that secrets are in it", async () => {
    await using home = await someHome();
    const made = await cli(["backup", "create", "--output", home.at("out")], { home: home.path });
    expect(made.stdout).toContain("Included 1 path:\n- state: ~/.openclaw");
    expect(made.stderr).toContain("It holds tokens, keys and conversations");
  });

  test("--dry-run needs no terminal and writes nothing", async () => {
    await using home = await someHome();
    const dry = await create(home, "--dry-run");
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({ dryRun: true, verified: false });
    expect(readdirSync(home.path)).not.toContain("out");
  });

  test("never overwrites, and never writes into what it backs up", async () => {
    await using home = await someHome();
    await home.write("mine.tar.gz", "mine");
    const taken = await cli(["backup", "create", "--output", home.at("mine.tar.gz")], { home: home.path });
    expect(taken.code).toBe(1);
    expect(await Bun.file(home.at("mine.tar.gz")).text()).toBe("mine");
    mkdirSync(home.at(".openclaw/workspace/here"));
    symlinkSync(home.at(".openclaw/workspace/here"), home.at("alias"));
    for (const folder of [home.at(".openclaw/workspace/here"), home.at("alias")]) {
      const inside = await cli(["backup", "create", "--output", folder], { home: home.path });
      expect(inside.code).toBe(1);
      expect(inside.stderr).toContain("would contain itself");
    }
  });

  test("--only-config takes the configuration file, --no-include-workspace all but the agents' files", async () => {
    await using home = await someHome();
    await home.write(".openclaw/credentials/key", "k");
    expect(await namesIn(home, "--only-config")).toEqual([".openclaw/openclaw.json"]);
    expect(await namesIn(home, "--no-include-workspace")).toEqual([
      ".openclaw/credentials/key",
      ".openclaw/openclaw.json",
    ]);
  });

  test("leaves out what is made anew: locks, logs, temporary files, journals and old copies of the database", async () => {
    await using home = await someHome();
    const { paths } = sessionIn(home.path);
    const store = await openStore({ path: paths.dbPath, clock: systemClock, log: silentLogger });
    await store.snapshot();
    for (const path of ["tmp/x", "logs/gateway.log", "openclaw.json.lock"])
      await home.write(`.openclaw/${path}`, "x");
    await home.write(".openclaw/workspace/bun.lock", "kept");
    expect(await namesIn(home)).toEqual([
      ".openclaw/openclaw.json",
      ".openclaw/state/openclaw.sqlite",
      ".openclaw/workspace/AGENTS.md",
      ".openclaw/workspace/bun.lock",
    ]);
    await store.close();
  });

  test("takes links that stay inside, and tells of those that do not, of sockets and of pipes", async () => {
    await using home = await someHome();
    symlinkSync("AGENTS.md", home.at(".openclaw/workspace/CLAUDE.md"));
    symlinkSync("/etc/passwd", home.at(".openclaw/workspace/out"));
    Bun.spawnSync(["mkfifo", home.at(".openclaw/workspace/pipe")]);
    const socket = Bun.listen({ unix: home.at(".openclaw/workspace/socket"), socket: { data() {} } });
    const made = await create(home);
    socket.stop(true);
    const { archivePath, skipped } = JSON.parse(made.stdout);
    const { manifest } = await examine(archivePath, {});
    expect(manifest.links?.map(({ target }) => target)).toEqual(["AGENTS.md"]);
    const left = skipped.filter(({ kind }: { kind: string }) => kind === "file");
    expect(left.map(({ sourcePath }: { sourcePath: string }) => sourcePath.slice(home.path.length))).toEqual([
      "/.openclaw/workspace/out",
      "/.openclaw/workspace/pipe",
      "/.openclaw/workspace/socket",
    ]);
  });

  test("a workspace and includes outside the state folder are assets of their own", async () => {
    await using home = await tempHome();
    await home.write("elsewhere/AGENTS.md", "notes");
    await home.write("etc/more.json", { agents: { defaults: { workspace: home.at("elsewhere") } } });
    await home.write("etc/openclaw.json", { gateway: { mode: "local" }, $include: "./more.json" });
    await home.write(".openclaw/credentials/key", "k");
    const made = await cli(["backup", "create", "--json", "--output", home.at("out")], {
      home: home.path,
      env: { OPENCLAW_CONFIG_PATH: home.at("etc/openclaw.json") },
    });
    const { assets } = JSON.parse(made.stdout);
    expect(
      assets.map(({ kind, displayPath }: { kind: string; displayPath: string }) => [kind, displayPath]),
    ).toEqual([
      ["state", "~/.openclaw"],
      ["config", "~/etc/openclaw.json"],
      ["config", "~/etc/more.json"],
      ["workspace", "~/elsewhere"],
    ]);
  });

  test("with a broken configuration the rest is backed up, and what is not known is told", async () => {
    await using home = await someHome();
    await home.write(".openclaw/openclaw.json", "{ broken");
    const made = await create(home);
    expect(made.code).toBe(0);
    expect(JSON.stringify(JSON.parse(made.stdout).skipped)).toContain("configuration cannot be read");
  });

  test("without anything to back up it says so", async () => {
    await using home = await tempHome();
    const made = await create(home);
    expect(made.code).toBe(1);
    expect(JSON.parse(made.stdout).error.message).toContain("nothing to back up");
  });

  test("what a backup that was killed left is removed by a later one, when nobody writes to it any more", async () => {
    await using home = await someHome();
    const names = ["", ".sqlite"].map(
      (end) => `.2026-01-01T00-00-00.000+00-00-openclaw-backup.partial-1${end}`,
    );
    for (const name of names) await home.write(`out/${name}`, "x");
    await create(home);
    expect(readdirSync(home.at("out")).length).toBe(3);
    for (const name of names) utimesSync(home.at("out", name), 0, 0);
    await create(home);
    expect(readdirSync(home.at("out")).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("Ctrl-C leaves nothing behind and exits 130", async () => {
    await using home = await someHome();
    await home.write(".openclaw/workspace/big", "x".repeat(3_000_000));
    const controller = new AbortController();
    controller.abort("SIGINT");
    const stopped = await cli(["backup", "create", "--output", home.at("out")], {
      home: home.path,
      signal: controller.signal,
    });
    expect(stopped.code).toBe(130);
    expect(readdirSync(home.at("out"))).toEqual([]);
  });
});

test("a file that becomes shorter while it is read is marked, and a restore leaves it out", async () => {
  await using home = await tempHome();
  const path = await home.write("shrinks", "x".repeat(700_000));
  const writer = await writeArchive(home.at("a.tar.gz"), new AbortController().signal);
  await using file = await open(path);
  truncateSync(path, 10);
  const entry = { name: "a/shrinks", mode: 0o600, mtime: new Date() };
  const written = await writer.stream(entry, 700_000, file);
  await writer.finish();
  await writer.close();
  expect(written).toMatchObject({ torn: true, size: 700_000 });
});

test("a disk that refuses ends the writing with its error instead of waiting for ever", async () => {
  const writer = await writeArchive(join("/dev/full", "x"), new AbortController().signal);
  const big = new Uint8Array(1_000_000);
  crypto.getRandomValues(big.subarray(0, 65_536));
  const entry = { name: "a/b", mode: 0o600, mtime: new Date() };
  const work = async () => {
    for (let count = 0; count < 20; count += 1) await writer.file(entry, big);
    await writer.finish();
  };
  await expect(work()).rejects.toThrow();
  await writer.close();
});

test("the name of an archive tells the local time with its offset", () => {
  expect(localStamp(Date.UTC(2026, 2, 9, 0, 0, 0, 7))).toMatch(
    /^2026-03-0[89]T\d\d-\d\d-00\.007[+-]\d\d-\d\d$/,
  );
  expect(payloadPath("r", "C:\\Users\\me\\.openclaw", "win32")).toBe(
    "r/payload/windows/C/Users/me/.openclaw",
  );
});

import { describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { randomIds } from "../../../src/lib/ids.ts";
import { lockGateway } from "../../../src/lib/locks/lock.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { type TempHome, tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";
import { sessionIn } from "./session.ts";

/** Most of it are programs that are read from source, a dozen of them one after the other. */
setDefaultTimeout(60_000);

/** No process has this number: Linux counts to four million, macOS to a hundred thousand. */
const NOBODY = 4_194_305;

/** A home with some state, and a backup of it beside; the state is then another one. */
async function homeWithBackup(args: readonly string[] = []): Promise<{ home: TempHome; archive: string }> {
  const home = await tempHome();
  await home.write(".openclaw/openclaw.json", "// mine\n{gateway:{mode:'local'}}\n");
  await home.write(".openclaw/workspace/AGENTS.md", "old notes");
  await home.write(".openclaw/credentials/key", "old key");
  const made = await cli(["backup", "create", "--json", "--output", home.at("out"), ...args], {
    home: home.path,
  });
  expect(made.code).toBe(0);
  await home.write(".openclaw/workspace/AGENTS.md", "new notes");
  await home.write(".openclaw/workspace/later.md", "made later");
  await home.write(".openclaw/credentials/key", "new key");
  return { home, archive: JSON.parse(made.stdout).archivePath };
}

const read = (home: TempHome, path: string) => readFileSync(home.at(path), "utf8");
const isOld = (home: TempHome) =>
  read(home, ".openclaw/workspace/AGENTS.md") === "old notes" &&
  read(home, ".openclaw/credentials/key") === "old key" &&
  !existsSync(home.at(".openclaw/workspace/later.md"));
const isNew = (home: TempHome) =>
  read(home, ".openclaw/workspace/AGENTS.md") === "new notes" &&
  read(home, ".openclaw/credentials/key") === "new key" &&
  existsSync(home.at(".openclaw/workspace/later.md"));
const asides = (home: TempHome) => readdirSync(home.path).filter((name) => name.includes(".before-restore-"));
const litter = (home: TempHome) => readdirSync(home.path).filter((name) => name.includes(".restoring"));

describe("restore in place", () => {
  test("replaces the state as a whole and keeps what was there under a dated name", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    const done = await cli(["backup", "restore", archive, "--yes"], { home: home.path });
    expect(done.code).toBe(0);
    expect(isOld(home)).toBe(true);
    expect(read(home, ".openclaw/openclaw.json")).toBe("// mine\n{gateway:{mode:'local'}}\n");
    const [aside = ""] = asides(home);
    expect(read(home, `${aside}/workspace/AGENTS.md`)).toBe("new notes");
    expect(litter(home)).toEqual([]);
    expect(statSync(home.at(".openclaw")).mode & 0o777).toBe(0o700);
    expect(readdirSync(home.at(".openclaw"))).not.toContain(".restored-from-backup");
    expect(done.stderr).toContain("To undo it");
  });

  test("--dry-run tells the plan without a terminal and changes nothing", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    const dry = await cli(["backup", "restore", archive, "--dry-run", "--json"], { home: home.path });
    expect(dry.code).toBe(0);
    expect(JSON.parse(dry.stdout)).toMatchObject({ ok: true, dryRun: true, restored: [{ kind: "state" }] });
    expect(isNew(home)).toBe(true);
  });

  test("without a terminal and without --yes it exits 1 and changes nothing", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    const refused = await cli(["backup", "restore", archive], { home: home.path });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("--yes");
    expect(isNew(home)).toBe(true);
    const said = await cli(["backup", "restore", archive], { home: home.path, answer: () => false });
    expect(said.code).toBe(1);
    expect(isNew(home)).toBe(true);
  });

  test("is refused while a gateway uses the folder, and names the command that stops it", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    const { paths } = sessionIn(home.path);
    using _lock = await lockGateway({ ...paths, version: "1", clock: systemClock, ids: randomIds });
    const refused = await cli(["backup", "restore", archive, "--yes", "--json"], { home: home.path });
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({
      ok: false,
      error: {
        code: "gateway-running",
        pid: process.pid,
        hint: expect.stringContaining("openclaw gateway stop"),
      },
    });
    expect(isNew(home)).toBe(true);
  });

  test("a backup without workspaces leaves the workspace where it is", async () => {
    const { home, archive } = await homeWithBackup(["--no-include-workspace"]);
    await using _ = home;
    const done = await cli(["backup", "restore", archive, "--yes"], { home: home.path });
    expect(done.code).toBe(0);
    expect(read(home, ".openclaw/credentials/key")).toBe("old key");
    expect(read(home, ".openclaw/workspace/later.md")).toBe("made later");
  });

  test("on a machine without any state the backup becomes the state, and nothing is set aside", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    renameSync(home.at(".openclaw"), home.at("gone"));
    const done = await cli(["backup", "restore", archive, "--yes"], { home: home.path });
    expect(done.code).toBe(0);
    expect(isOld(home)).toBe(true);
    expect(asides(home)).toEqual([]);
  });

  test("a workspace outside goes back to its place only where the configuration names it, or nothing is", async () => {
    await using home = await tempHome();
    await home.write("elsewhere/AGENTS.md", "old notes");
    await home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local" },
      agents: { defaults: { workspace: home.at("elsewhere") } },
    });
    const made = await cli(["backup", "create", "--json", "--output", home.at("out")], { home: home.path });
    const archive: string = JSON.parse(made.stdout).archivePath;
    await home.write("elsewhere/AGENTS.md", "new notes");
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
    const other = await cli(["backup", "restore", archive, "--yes", "--json"], { home: home.path });
    expect(JSON.parse(other.stdout)).toMatchObject({ notRestored: [{ kind: "workspace" }] });
    expect(read(home, "elsewhere/AGENTS.md")).toBe("new notes");
    // The restored configuration names it again.
    const again = await cli(["backup", "restore", archive, "--yes"], { home: home.path });
    expect(again.code).toBe(0);
    expect(read(home, "elsewhere/AGENTS.md")).toBe("old notes");
  });
});

test("a backup of the configuration alone replaces the file alone, and keeps the one that was there", async () => {
  await using home = await tempHome();
  await home.write("etc/my.json", "{gateway:{port:1111}}");
  await home.write(".openclaw/workspace/AGENTS.md", "notes");
  const world = { home: home.path, env: { OPENCLAW_CONFIG_PATH: home.at("etc/my.json") } };
  const made = await cli(["backup", "create", "--only-config", "--json", "--output", home.at("out")], world);
  const { archivePath } = JSON.parse(made.stdout);
  await home.write("etc/my.json", "{gateway:{port:2222}}");
  const done = await cli(["backup", "restore", archivePath, "--yes", "--json"], world);
  expect(done.code).toBe(0);
  expect(read(home, "etc/my.json")).toBe("{gateway:{port:1111}}");
  expect(readFileSync(JSON.parse(done.stdout).restored[0].previous, "utf8")).toBe("{gateway:{port:2222}}");
  expect(read(home, ".openclaw/workspace/AGENTS.md")).toBe("notes");
});

describe("restore into a folder", () => {
  test("unpacks the archive as it is, and touches nothing else", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    mkdirSync(home.at("empty"));
    const done = await cli(["backup", "restore", archive, "--target", home.at("empty"), "--json"], {
      home: home.path,
    });
    expect(done.code).toBe(0);
    const { archiveRoot } = JSON.parse(done.stdout);
    const state = home.at("empty", archiveRoot, "payload", "posix", home.path, ".openclaw");
    expect(readFileSync(join(state, "workspace/AGENTS.md"), "utf8")).toBe("old notes");
    expect(existsSync(home.at("empty", archiveRoot, "manifest.json"))).toBe(true);
    expect(isNew(home)).toBe(true);
  });

  test("refuses a folder that is not empty, a file, and one in the state folder", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    await home.write("full/x", "x");
    for (const target of [home.at("full"), home.at("full/x"), home.at(".openclaw/inner")]) {
      const refused = await cli(["backup", "restore", archive, "--target", target], { home: home.path });
      expect(refused.code).toBe(1);
    }
    expect(readdirSync(home.at("full"))).toEqual(["x"]);
  });

  test("leaves nothing when the archive is damaged", async () => {
    const { home, archive } = await homeWithBackup();
    await using _ = home;
    const whole = Buffer.from(await Bun.file(archive).arrayBuffer());
    writeFileSync(home.at("cut.tar.gz"), whole.subarray(0, whole.length - 20));
    const refused = await cli(["backup", "restore", home.at("cut.tar.gz"), "--target", home.at("t")], {
      home: home.path,
    });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain("refused");
    expect(existsSync(home.at("t"))).toBe(false);
  });
});

test("kill -9 at every step of a restore leaves the old or the new state whole, and the next run ends it", async () => {
  const { home: first, archive } = await homeWithBackup();
  await using _ = first;
  const steps = (await restoreInChild(first, archive, -1)).steps;
  expect(steps).toEqual(["journal", "stage", "commit", "replace", "set-aside", "done"]);
  for (let fatal = 0; fatal < steps.length; fatal += 1) {
    const { home, archive: own } = await homeWithBackup();
    await using _home = home;
    const { code } = await restoreInChild(home, own, fatal);
    expect(code).not.toBe(0);
    const [old, fresh] = [isOld(home), isNew(home)];
    expect([steps[fatal], old !== fresh]).toEqual([steps[fatal], true]);
    // The doctor sees it and ends it.
    const doctor = await cli(["doctor", "--only", "restore", "--fix", "--yes", "--json"], {
      home: home.path,
    });
    expect(doctor.code).toBe(0);
    expect(litter(home)).toEqual([]);
    const replaced = fatal >= steps.indexOf("replace");
    expect([steps[fatal], replaced ? isOld(home) : isOld(home) || isNew(home)]).toEqual([steps[fatal], true]);
    if (isOld(home)) expect(read(home, `${asides(home)[0]}/workspace/AGENTS.md`)).toBe("new notes");
  }
});

test("a restore killed while it began its journal is named by doctor, and leaves nothing behind after --fix", async () => {
  const { home } = await homeWithBackup();
  await using _ = home;
  const begun = `..openclaw.restoring.json.${NOBODY}.00000000-0000-4000-8000-000000000000.tmp`;
  writeFileSync(home.at(begun), "{");
  const look = ["doctor", "--only", "restore", "--json"];
  const seen = await cli(look, { home: home.path });
  expect(JSON.parse(seen.stdout).findings).toMatchObject([{ severity: "info", fixable: true }]);
  expect(existsSync(home.at(begun))).toBe(true);
  expect((await cli([...look, "--fix"], { home: home.path })).code).toBe(0);
  expect(existsSync(home.at(begun))).toBe(false);
});

async function restoreInChild(home: TempHome, archive: string, fatal: number) {
  const script = join(import.meta.dir, "killed-restore.ts");
  const child = Bun.spawn([process.execPath, script, home.path, archive, String(fatal)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const text = await new Response(child.stdout).text();
  return { code: await child.exited, steps: text.trim().split("\n") };
}

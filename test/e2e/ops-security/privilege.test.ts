import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, chownSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { openclawBinary } from "../../support/index.ts";
import { serviceBed, type ServiceBed } from "../service/bed.ts";
import { runMasked } from "./rig.ts";

setDefaultTimeout(60_000);

/** `nobody` on most systems; any number does. */
const OTHER = 65_534;

const isRoot = process.getuid?.() === 0;

function giveAway(bed: ServiceBed, uid: number): void {
  const names = readdirSync(bed.home.path, { recursive: true, encoding: "utf8" });
  for (const name of ["", ...names]) chownSync(join(bed.home.path, name), uid, uid);
}

/** Path and owner of everything in a home but the doubles. */
function owners(bed: ServiceBed): string[] {
  return readdirSync(bed.home.path, { recursive: true, encoding: "utf8" })
    .filter((name) => !/^(?:fake-bin|\.fake-systemd|\.bun)/.test(name))
    .map((name) => `${name} ${lstatSync(bed.home.at(name)).uid}`)
    .toSorted();
}

// Only root can give files away, and only root can do this harm.
test.if(isRoot)(
  "root makes and repairs nothing in the home of somebody else, and says who should",
  async () => {
    await using bed = await serviceBed({ gateway: { mode: "local", auth: { token: "t".repeat(30) } } });
    giveAway(bed, OTHER);
    const before = owners(bed);
    for (const line of [
      "gateway install",
      "gateway install --force",
      "doctor --fix --non-interactive",
      "onboard --non-interactive --accept-risk --auth-choice skip",
      "setup --baseline",
    ]) {
      const { code, stdout, stderr } = await runMasked(bed.home, line.split(" "), { env: bed.systemd.env });
      expect([line, code, stdout]).toEqual([line, 1, ""]);
      expect(stderr).toContain("You are root, and ~/.openclaw belongs to");
      expect(stderr).toContain("sudo -u");
    }
    const { code, stdout, stderr } = await runMasked(bed.home, ["doctor", "--json"], {
      env: bed.systemd.env,
    });
    expect([
      code,
      JSON.parse(stdout).schemaVersion,
      stderr.includes("files made now would be root's"),
    ]).toEqual([0, 1, true]);
    expect(stdout).toContain(`belongs to another user (uid ${OTHER})`);
    expect(owners(bed)).toEqual(before);
    expect(
      bed.systemd
        .calls()
        .filter((call) => / (?:enable|disable|restart|start|stop|daemon-reload) /.test(`${call} `)),
    ).toEqual([]);
  },
);

test.if(isRoot)("a configuration that root edits in somebody's folder stays theirs", async () => {
  await using bed = await serviceBed({ gateway: { mode: "local" } });
  giveAway(bed, OTHER);
  const { code } = await runMasked(bed.home, ["config", "set", "gateway.port", "19999"]);
  expect(code).toBe(0);
  const stat = lstatSync(bed.home.at(".openclaw", "openclaw.json"));
  expect([stat.uid, stat.mode & 0o777]).toEqual([OTHER, 0o600]);
});

test.if(isRoot)(
  "in a folder of root's own a file of somebody else does not become theirs to read",
  async () => {
    await using bed = await serviceBed({ gateway: { mode: "local" } });
    chownSync(bed.home.at(".openclaw", "openclaw.json"), OTHER, OTHER);
    expect((await runMasked(bed.home, ["config", "set", "gateway.port", "19999"])).code).toBe(0);
    expect(lstatSync(bed.home.at(".openclaw", "openclaw.json")).uid).toBe(0);
  },
);

test.if(isRoot)(
  "a state folder that cannot be read is told by doctor, the audit and status, not taken for a sound one",
  async () => {
    await using bed = await serviceBed({ gateway: { mode: "local", port: 1 } });
    const { home } = bed;
    const binary = await openclawBinary();
    const asOther = async (...args: string[]) => {
      const child = Bun.spawn([binary, ...args], {
        cwd: "/",
        env: { HOME: home.path, PATH: "/usr/bin:/bin", OPENCLAW_SERVICE_MANAGER: "systemd" },
        stdout: "pipe",
        stderr: "pipe",
        uid: OTHER,
        gid: OTHER,
      });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
      return { code: child.exitCode, stdout, stderr };
    };
    chmodSync(home.path, 0o755);
    for (const closed of [".openclaw", "."]) {
      chmodSync(home.at(closed), 0o700);
      for (const line of [
        "doctor --json",
        "doctor --fix --non-interactive --json",
        "security audit --json",
        "gateway status --json",
        "config validate --json",
        "backup create --dry-run --json",
        "reset --dry-run --scope full",
        "gateway run",
      ]) {
        const { code, stdout, stderr } = await asOther(...line.split(" "));
        expect([line, code]).toEqual([line, 1]);
        expect(stdout + stderr).toContain("and you may not look into it.");
      }
      chmodSync(home.at(closed), 0o755);
    }
    // The folder is open, its configuration is not.
    chmodSync(home.at(".openclaw", "openclaw.json"), 0o600);
    for (const line of ["doctor --json", "config validate --json", "gateway status --json"]) {
      expect((await asOther(...line.split(" "))).stdout).toContain("The config file cannot be read: EACCES");
    }
    const { stdout } = await asOther("security", "audit", "--json");
    const found = (JSON.parse(stdout) as { findings: { checkId: string }[] }).findings.map(
      ({ checkId }) => checkId,
    );
    expect(found).toEqual(expect.arrayContaining(["config.unusable", "fs.foreign_owner"]));
  },
);

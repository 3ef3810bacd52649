import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backupFindings } from "../../../src/cli/doctor/machine/backup.ts";
import { programFindings } from "../../../src/cli/doctor/machine/old-programs.ts";
import { othersAt } from "../../../src/cli/doctor/machine/ports.ts";
import { placeFindings } from "../../../src/cli/doctor/machine/state-place.ts";
import { doctor, homeWith } from "./home.ts";
import { sessionIn } from "./migration/old-homes.ts";

const GOOD = { gateway: { mode: "local" } };

test("a state folder that a restart of the machine empties is a warning; one on a disk is not", () => {
  const mounts = "/dev/vda / ext4 rw 0 0\ntmpfs /home/me/ram\\040disk tmpfs rw 0 0\n";
  const look = (folder: string) => placeFindings(folder, folder, { mounts, env: { raw: {} } });
  expect(look("/home/me/.openclaw")).toEqual([]);
  expect(look("/home/me/ram diskette/.openclaw")).toEqual([]);
  expect(look("/home/me/ram disk/.openclaw")).toMatchObject([
    { severity: "warning", message: expect.stringContaining("tmpfs") },
  ]);
});

test("a state folder that another program synchronises is a warning that names it", () => {
  const look = (folder: string, raw = {}) => placeFindings(folder, folder, { mounts: "", env: { raw } });
  const cases: [string, string][] = [
    ["/Users/me/Library/Mobile Documents/com~apple~CloudDocs/claw", "iCloud Drive"],
    ["/Users/me/Library/CloudStorage/Box-Box/claw", "cloud drive"],
    ["/home/me/Dropbox/claw", "Dropbox"],
    ["C:\\Users\\me\\OneDrive - Firm\\claw", "OneDrive"],
  ];
  for (const [folder, name] of cases) expect(look(folder)[0]?.message).toContain(name);
  expect(look("D:\\cloud\\claw", { OneDrive: "D:\\Cloud" })[0]?.message).toContain("OneDrive");
  expect(look("/home/me/Dropboxes/claw")).toEqual([]);
});

test("an older program that is found first is a warning, one further back a note, this one nothing", () => {
  const own = { path: "/usr/local/bin/openclaw", real: "/opt/openclaw" };
  const npm = { path: "/opt/node/bin/openclaw", real: "/opt/node/lib/node_modules/openclaw/openclaw.mjs" };
  const look = (places: readonly (typeof own)[]) => programFindings([{ name: "openclaw", places }], own.real);
  expect(look([own])).toEqual([]);
  expect(look([npm, own])).toMatchObject([
    { severity: "warning", fixHint: expect.stringContaining("npm uninstall -g openclaw") },
  ]);
  expect(look([own, npm])).toMatchObject([{ severity: "info" }]);
});

test("who has a port is not known when lsof is missing or late, and is known when it has answered", async () => {
  await using home = await homeWith(GOOD);
  const stdout = "p7\nR1\ncnginx\nLwww\n";
  const look = (answer: Awaited<ReturnType<NonNullable<Parameters<typeof othersAt>[3]>>>) =>
    othersAt(sessionIn(home.path), 1, undefined, async () => answer);
  expect(await look(undefined)).toBeUndefined();
  expect(await look({ stdout: "", exitCode: -1, timedOut: true })).toBeUndefined();
  expect(await look({ stdout, exitCode: -1, timedOut: true })).toBeUndefined();
  expect(await look({ stdout: "", exitCode: 1, timedOut: false })).toEqual([]);
  expect(await look({ stdout, exitCode: 0, timedOut: false })).toMatchObject([{ pid: 7, command: "nginx" }]);
});

test("programs of the earlier names are looked for in PATH", async () => {
  await using home = await homeWith(GOOD);
  mkdirSync(home.at("bin"));
  writeFileSync(home.at("bin/clawdbot"), "#!/bin/sh\n");
  chmodSync(home.at("bin/clawdbot"), 0o755);
  const { findings } = await doctor(home, ["--only", "programs"], { env: { PATH: home.at("bin") } });
  expect(findings).toMatchObject([{ severity: "info", path: home.at("bin/clawdbot") }]);
});

test("seed 110: agents, and gateways of one home, that share a workspace are named with the folder", async () => {
  await using home = await homeWith({
    ...GOOD,
    agents: { entries: { one: { workspace: "~/work" }, two: { workspace: "~/link" }, three: {} } },
  });
  mkdirSync(home.at("work"));
  symlinkSync(home.at("work"), home.at("link"));
  await home.write(".openclaw-rescue/openclaw.json", {
    gateway: { mode: "local" },
    agents: { defaults: { workspace: "~/other" } },
  });
  const shared = ["--only", "shared-folders"];
  const { findings } = await doctor(home, shared);
  expect(findings).toMatchObject([{ severity: "warning", path: home.at("work") }]);
  expect(findings[0]?.message).toContain("agent one and of agent two");
  await home.write(".openclaw-rescue/openclaw.json", {
    gateway: { mode: "local" },
    agents: { defaults: { workspace: "~/work" } },
  });
  expect((await doctor(home, shared)).findings[0]?.message).toContain("~/.openclaw-rescue");
});

test("seed 111: one WhatsApp login used by two gateways of this home is named", async () => {
  const config = {
    gateway: { mode: "local" },
    channels: { whatsapp: { accounts: { me: { authDir: "~/login" } } } },
  };
  await using home = await homeWith(config);
  expect((await doctor(home, ["--only", "shared-folders"])).findings).toEqual([]);
  await home.write(join(".openclaw-rescue", "openclaw.json"), config);
  const { findings } = await doctor(home, ["--only", "shared-folders"]);
  expect(findings).toMatchObject([{ severity: "warning", path: home.at("login") }]);
});

test("a state that has been used for a while and has no backup, or an old one, is a note with the command", () => {
  const day = 24 * 3_600_000;
  const known = { now: 100 * day, stateSince: 50 * day, places: ["~", "~/Backups"] };
  expect(backupFindings({ ...known, newest: undefined })).toMatchObject([
    { severity: "info", fixHint: expect.stringContaining("openclaw backup create") },
  ]);
  expect(backupFindings({ ...known, newest: 60 * day })[0]?.message).toContain("1970-03-02");
  expect(backupFindings({ ...known, newest: 99 * day })).toEqual([]);
  expect(backupFindings({ ...known, stateSince: 99 * day, newest: undefined })).toEqual([]);
});

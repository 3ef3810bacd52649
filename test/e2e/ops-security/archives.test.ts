import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { forge, type ForgedEntry } from "../../cli/backup/archives.ts";
import { type TempHome, tempHome } from "../../support/index.ts";
import { runMasked } from "./rig.ts";

setDefaultTimeout(60_000);

const ROOT = "x-openclaw-backup";
const STATE = `${ROOT}/payload/posix/home/me/.openclaw`;

interface Asset {
  readonly kind: string;
  readonly sourcePath: string;
  readonly archivePath: string;
}

interface Forged {
  readonly assets?: readonly Asset[];
  readonly files?: readonly (ForgedEntry & { readonly content: string | Buffer })[];
  readonly change?: (manifest: Record<string, unknown>) => void;
}

/** A backup in which everything is as its forger wants it, with checksums that are right. */
async function archive({ assets = [], files = [], change = () => {} }: Forged): Promise<Buffer> {
  const all = [{ name: `${STATE}/openclaw.json`, content: '{ "gateway": { "mode": "local" } }\n' }, ...files];
  const manifest: Record<string, unknown> = {
    schemaVersion: 1,
    createdAt: "2026-01-01T00:00:00.000Z",
    archiveRoot: ROOT,
    runtimeVersion: "2026.1.1",
    platform: "linux",
    options: { includeWorkspace: true, onlyConfig: false },
    paths: { stateDir: "/home/me/.openclaw", configPath: "/home/me/.openclaw/openclaw.json" },
    assets: [{ kind: "state", sourcePath: "/home/me/.openclaw", archivePath: STATE }, ...assets],
    files: all.map(({ name, content }) => ({
      path: name,
      size: Buffer.byteLength(content),
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
    links: [],
    skipped: [],
  };
  change(manifest);
  return forge([
    { name: `${STATE}/`, type: "directory" },
    ...assets.map(({ archivePath }): ForgedEntry => ({ name: `${archivePath}/`, type: "directory" })),
    ...all,
    { name: `${ROOT}/manifest.json`, content: JSON.stringify(manifest) },
  ]);
}

async function restore(home: TempHome, bytes: Uint8Array, ...more: string[]) {
  await Bun.write(home.at("b.tar.gz"), bytes);
  return runMasked(home, ["backup", "restore", home.at("b.tar.gz"), "--yes", "--json", ...more], {
    umask: "000",
  });
}

/** Files and folders of a home that others may look into or write to, its own top excepted. */
function open(home: TempHome, folder: string): string[] {
  return readdirSync(home.at(folder), { recursive: true, encoding: "utf8" }).filter(
    (name) => (lstatSync(home.at(folder, name)).mode & 0o077) !== 0,
  );
}

test("whatever modes an archive has, what comes back is private", async () => {
  await using home = await tempHome();
  const bytes = await archive({
    files: [
      { name: `${STATE}/.env`, content: "A=1\n", mode: 0o6777 },
      { name: `${STATE}/credentials/gateway-token`, content: "t", mode: 0o666 },
    ],
  });
  const { code } = await restore(home, bytes);
  expect(code).toBe(0);
  expect(open(home, ".openclaw")).toEqual([]);
  expect(lstatSync(home.at(".openclaw")).mode & 0o7777).toBe(0o700);
  expect((await restore(home, bytes, "--target", home.at("there"))).code).toBe(0);
  expect(lstatSync(home.at("there")).mode & 0o077).toBe(0);
  expect(open(home, "there")).toEqual([]);
});

test("an archive puts no program where a shell or a login finds it", async () => {
  for (const place of [
    "bin",
    "go/bin",
    "Library/LaunchAgents",
    "AppData/Roaming/x",
    ".config/autostart",
    ".ssh",
  ]) {
    await using home = await tempHome();
    const archivePath = `${ROOT}/payload/posix/evil`;
    const sourcePath = home.at(place);
    const bytes = await archive({
      assets: [{ kind: "workspace", sourcePath, archivePath }],
      files: [{ name: `${archivePath}/ls`, content: "#!/bin/sh\n", mode: 0o755 }],
    });
    const { code, stdout } = await restore(home, bytes);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).notRestored).toMatchObject([{ kind: "workspace" }]);
    expect(existsSync(sourcePath)).toBe(false);
  }
});

test("places outside the home, above it, and given twice are not written to", async () => {
  // Above the home is a folder that others use as well.
  const evil = `evil-${crypto.randomUUID()}`;
  for (const sourcePath of [`/etc/${evil}`, `../${evil}`, evil, "/", ""]) {
    await using home = await tempHome();
    const archivePath = `${ROOT}/payload/posix/evil`;
    const bytes = await archive({
      assets: [
        { kind: "config", sourcePath, archivePath },
        { kind: "state", sourcePath: "/elsewhere", archivePath },
      ],
      files: [{ name: `${archivePath}/x`, content: "evil" }],
    });
    await restore(home, bytes);
    for (const path of [join("/etc", evil), home.at("..", evil), home.at(evil)])
      expect([path, existsSync(path)]).toEqual([path, false]);
    expect(readdirSync(home.path).filter((name) => !/^(?:b\.tar\.gz|\.openclaw)$/.test(name))).toEqual([]);
  }
});

test("a manifest that lies is refused, and nothing is left of its archive", async () => {
  const lies: readonly ((manifest: Record<string, unknown>) => void)[] = [
    (manifest) => void (manifest["runtimeVersion"] = "2999.1.1"),
    (manifest) => void (manifest["schemaVersion"] = 2),
    (manifest) => void (manifest["files"] = []),
    (manifest) =>
      void (manifest["files"] = [{ path: `${STATE}/openclaw.json`, size: 1, sha256: "0".repeat(64) }]),
    (manifest) => void (manifest["database"] = { path: `${STATE}/state/openclaw.sqlite`, schemaVersion: 1 }),
    (manifest) =>
      void (manifest["assets"] = [{ kind: "state", sourcePath: "/x", archivePath: `${ROOT}/../../x` }]),
    (manifest) => void (manifest["links"] = [{ path: `${STATE}/l`, target: "../../../../../etc/passwd" }]),
    (manifest) => void (manifest["links"] = [{ path: `${STATE}/openclaw.json`, target: "x" }]),
  ];
  for (const [at, change] of lies.entries()) {
    await using home = await tempHome();
    const bytes = await archive({ change });
    for (const args of [[], ["--target", home.at("there")]] as const) {
      const { code, stdout } = await restore(home, bytes, ...args);
      expect([at, code, JSON.parse(stdout).ok]).toEqual([at, 1, false]);
    }
    expect(readdirSync(home.path).filter((name) => name !== "b.tar.gz" && name !== ".openclaw")).toEqual([]);
    expect(existsSync(home.at(".openclaw", "openclaw.json"))).toBe(false);
  }
});

test("headers that promise terabytes, and zeros without end, are refused before they fill disk or memory", async () => {
  await using home = await tempHome();
  const header = Buffer.alloc(512);
  header.write(`${STATE}/huge`, 0);
  header.write("0000600\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  // Base 256: 2^60 bytes.
  header.writeUInt8(0x80, 124);
  header.writeUInt8(0x10, 128);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0ustar\u000000", 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  for (const bytes of [gzipSync(header), gzipSync(Buffer.concat([header, Buffer.alloc(64 * 1024 * 1024)]))]) {
    await Bun.write(home.at("b.tar.gz"), bytes);
    const { code, stdout } = await runMasked(home, ["backup", "verify", home.at("b.tar.gz"), "--json"]);
    expect([code, JSON.parse(stdout).ok]).toEqual([1, false]);
  }
  const name = `${STATE}/${"n".repeat(100)}`;
  const long = await forge([{ name: `${name.repeat(40)}`, content: "x" }]);
  expect((await restore(home, long)).code).toBe(1);
});

test("a database with a schema of somebody else's making is not taken for ours", async () => {
  await using home = await tempHome();
  await runMasked(home, ["setup", "--baseline"]);
  const made = await runMasked(home, ["backup", "create", "--json", "--output", home.at("good.tar.gz")]);
  expect(made.code).toBe(0);
  const path = home.at("evil.sqlite");
  const db = new Database(path);
  db.run("CREATE TABLE sessions (id TEXT)");
  db.run("CREATE TRIGGER t AFTER INSERT ON sessions BEGIN DELETE FROM sessions; END");
  db.run("PRAGMA user_version = 1");
  db.close();
  const content = Buffer.from(await Bun.file(path).arrayBuffer());
  const name = `${STATE}/state/openclaw.sqlite`;
  const bytes = await archive({
    files: [{ name, content }],
    change: (manifest) => void (manifest["database"] = { path: name, schemaVersion: 1 }),
  });
  const { code, stdout } = await restore(home, bytes);
  expect([code, JSON.parse(stdout).ok]).toEqual([1, false]);
  expect(stdout).toContain("cannot be used");
  expect((await runMasked(home, ["config", "validate"])).code).toBe(0);
});

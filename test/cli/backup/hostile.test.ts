import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import tar from "tar-stream";
import { ArchiveError } from "../../../src/cli/backup/archive/errors.ts";
import { examine } from "../../../src/cli/backup/archive/examine.ts";
import { readArchive } from "../../../src/cli/backup/archive/reader.ts";
import { staysInside } from "../../../src/cli/backup/archive/manifest.ts";
import { tempHome } from "../../support/index.ts";
import { cli } from "../in-process.ts";
import { forge, FORGED_STATE, forgedBackup } from "./archives.ts";

const inside = `${FORGED_STATE}/workspace`;

/** What is refused, and the word for it. */
const REFUSED = [
  ["a path with ..", [{ name: `${FORGED_STATE}/../../../../evil` }], "unsafe-name"],
  ["an absolute path", [{ name: "/tmp/evil" }], "unsafe-name"],
  ["a path outside the archive's folder", [{ name: "other/evil" }], "unsafe-name"],
  ["a backslash", [{ name: `${FORGED_STATE}/..\\..\\evil` }], "unsafe-name"],
  ["an empty part", [{ name: `${FORGED_STATE}//evil` }], "unsafe-name"],
  ["a symbolic link", [{ name: `${inside}`, type: "symlink", linkname: "/etc" }], "unsafe-type"],
  ["a hard link", [{ name: `${inside}`, type: "link", linkname: "/etc/passwd" }], "unsafe-type"],
  ["a device", [{ name: `${inside}/sda`, type: "block-device" }], "unsafe-type"],
  ["a character device", [{ name: `${inside}/mem`, type: "character-device" }], "unsafe-type"],
  ["a pipe", [{ name: `${inside}/pipe`, type: "fifo" }], "unsafe-type"],
  ["a file twice", [{ name: `${inside}/a` }, { name: `${inside}/a` }], "duplicate"],
  ["a file that is a folder too", [{ name: `${inside}/a` }, { name: `${inside}/a/b` }], "duplicate"],
  ["a file the manifest does not list", [{ name: `${inside}/a`, content: "x" }], "mismatch"],
  ["a file outside every asset", [{ name: "b-openclaw-backup/evil" }], "mismatch"],
] as const;

describe("an archive is refused by name when it has", () => {
  for (const [what, extra, fault] of REFUSED) {
    test(what, async () => {
      await using home = await tempHome();
      const path = home.at("backup.tar.gz");
      await Bun.write(path, await forgedBackup(extra));
      await expect(faultOf(path)).resolves.toBe(fault);
    });
  }
});

const CHANGED: readonly (readonly [
  what: string,
  change: (manifest: Record<string, unknown>) => void,
  fault: string,
])[] = [
  ["a later manifest", (m) => (m.schemaVersion = 2), "newer"],
  ["a later program", (m) => (m.runtimeVersion = "2099.1.1"), "newer"],
  [
    "a later database",
    (m) => (m.database = { path: `${FORGED_STATE}/openclaw.json`, schemaVersion: 9_999 }),
    "newer",
  ],
  ["another archive's manifest", (m) => (m.archiveRoot = "c"), "mismatch"],
  [
    "another checksum",
    (m) => (m.files = [{ path: `${FORGED_STATE}/openclaw.json`, size: 3, sha256: "0".repeat(64) }]),
    "mismatch",
  ],
  [
    "an asset that is not there",
    (m) => (m.assets = [{ kind: "state", sourcePath: "/x", archivePath: "b-openclaw-backup/payload/x" }]),
    "mismatch",
  ],
  [
    "an asset with a way up",
    (m) => (m.assets = [{ kind: "state", sourcePath: "/x", archivePath: "b-openclaw-backup/../x" }]),
    "unsafe-name",
  ],
  [
    "a link out of it",
    (m) => (m.links = [{ path: `${FORGED_STATE}/l`, target: "../../etc" }]),
    "unsafe-type",
  ],
  [
    "a link that turns back",
    (m) => (m.links = [{ path: `${FORGED_STATE}/a/l`, target: "b/../../c" }]),
    "unsafe-type",
  ],
  [
    "an absolute link",
    (m) => (m.links = [{ path: `${FORGED_STATE}/l`, target: "/etc/passwd" }]),
    "unsafe-type",
  ],
  [
    "a link behind a link",
    (m) =>
      (m.links = [
        { path: `${FORGED_STATE}/l`, target: "." },
        { path: `${FORGED_STATE}/l/m`, target: "x" },
      ]),
    "unsafe-type",
  ],
  ["nonsense", (m) => (m.assets = "none"), "no-manifest"],
];

describe("a manifest is refused that has", () => {
  for (const [what, change, fault] of CHANGED) {
    test(what, async () => {
      await using home = await tempHome();
      const path = home.at("backup.tar.gz");
      await Bun.write(path, await forgedBackup([], change));
      await expect(faultOf(path)).resolves.toBe(fault);
    });
  }
});

test("the archive that the forged ones are made from is accepted", async () => {
  await using home = await tempHome();
  const path = home.at("backup.tar.gz");
  await Bun.write(path, await forgedBackup([]));
  await expect(faultOf(path)).resolves.toBe("none");
});

test("a file that unpacks to more than anybody would restore is refused before it is unpacked", async () => {
  await using home = await tempHome();
  const path = home.at("bomb.tar.gz");
  const pack = tar.pack();
  pack.entry({ name: `${FORGED_STATE}/zeros`, size: 600 * 1024 ** 3 });
  const { value } = await pack[Symbol.asyncIterator]().next();
  pack.destroy();
  await Bun.write(path, gzipSync(Buffer.concat([value, Buffer.alloc(1_000_000)])));
  await expect(faultOf(path)).resolves.toBe("too-big");
});

test("whatever names and types an archive has, only plain names below one folder come out of it", async () => {
  await using home = await tempHome();
  const path = home.at("backup.tar.gz");
  const part = fc.oneof(
    fc.constantFrom("..", ".", "", "a", "b", "A", "con", "\u202e", "manifest.json", "x".repeat(200)),
    fc.string({ maxLength: 5 }),
  );
  const entry = fc.record({
    name: fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/")),
    type: fc.constantFrom("file", "directory", "symlink", "link", "fifo", "contiguous-file"),
    linkname: fc.constantFrom("/etc/passwd", "..", "a"),
    content: fc.string({ maxLength: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 6 }), async (entries) => {
      await Bun.write(path, await forge(entries));
      const opened: string[] = [];
      try {
        await readArchive(path, {
          async open({ name }) {
            opened.push(name);
            return undefined;
          },
        });
      } catch (error) {
        expect(error).toBeInstanceOf(ArchiveError);
      }
      for (const name of opened) {
        expect(join("/root", name)).toBe(`/root/${name}`);
        expect(name).not.toContain("\0");
      }
      expect(new Set(opened).size).toBe(opened.length);
    }),
    { numRuns: 150 },
  );
});

test("an archive that is cut or changed anywhere is refused, or tells the same as before", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", "{gateway:{mode:'local'}}");
  await home.write(".openclaw/workspace/notes.md", "some notes ".repeat(500));
  const made = await cli(["backup", "create", "--json", "--output", home.at("out")], { home: home.path });
  const archive: string = JSON.parse(made.stdout).archivePath;
  const whole = Buffer.from(await Bun.file(archive).arrayBuffer());
  const before = await examine(archive, {});
  const path = home.at("changed.tar.gz");
  await fc.assert(
    fc.asyncProperty(
      fc.nat(whole.length - 1),
      fc.integer({ min: 1, max: 255 }),
      fc.boolean(),
      async (at, bits, cut) => {
        const changed = Buffer.from(cut ? whole.subarray(0, at) : whole);
        if (!cut) changed[at] = (changed[at] ?? 0) ^ bits;
        await Bun.write(path, changed);
        try {
          const after = await examine(path, {});
          // The name and time in the header of the compression mean nothing.
          expect([...after.files]).toEqual([...before.files]);
          expect(after.manifestText).toBe(before.manifestText);
        } catch (error) {
          expect(error).toBeInstanceOf(ArchiveError);
        }
      },
    ),
    { numRuns: 120 },
  );
});

test("a file that is no archive, and one that is not there, are refused in words", async () => {
  await using home = await tempHome();
  await Bun.write(home.at("text.tar.gz"), "no archive at all");
  await expect(faultOf(home.at("text.tar.gz"))).resolves.toBe("truncated");
  await expect(faultOf(home.at("missing.tar.gz"))).resolves.toBe("unreadable");
  const said = await cli(["backup", "verify", home.at("missing.tar.gz"), "--json"], { home: home.path });
  expect(said.code).toBe(1);
  expect(JSON.parse(said.stdout)).toMatchObject({ ok: false, error: { code: "unreadable" } });
});

test("a link stays inside its folder, however links are put together, or is none of the backup", () => {
  expect(staysInside("a/l", "../b")).toBe(true);
  expect(staysInside("l", "b/c")).toBe(true);
  expect(staysInside("a/b/l", "../..")).toBe(true);
  for (const target of ["..", "../x", "/etc", "b/../c", "b/..", "", "../../x", "a\\b"]) {
    expect(staysInside("l", target)).toBe(false);
  }
});

async function faultOf(path: string): Promise<string> {
  try {
    await examine(path, {});
    return "none";
  } catch (error) {
    return error instanceof ArchiveError ? error.fault : `not refused by name: ${String(error)}`;
  }
}

import type { ArchiveContents, Digest } from "./reader.ts";
import { ArchiveError, quotedName } from "./errors.ts";
import { compareVersions } from "../../../config/index.ts";
import { VERSION } from "../../../lib/version.ts";

/** Compares what is in an archive with what its manifest says. @throws ArchiveError */
export function checkContents({ manifest, files, folders, root }: ArchiveContents): void {
  for (const { archivePath } of manifest.assets) {
    const present = files.has(archivePath) || folders.has(archivePath);
    if (!present) throw new ArchiveError("mismatch", `${quotedName(archivePath)} is missing.`);
  }
  const unlisted = new Set(files.keys());
  for (const row of manifest.files ?? []) {
    const found = files.get(row.path);
    if (found === undefined) throw new ArchiveError("mismatch", `${quotedName(row.path)} is missing.`);
    if (!isSame(found, row)) {
      throw new ArchiveError(
        "mismatch",
        `${quotedName(row.path)} is not what was backed up: its checksum differs.`,
      );
    }
    if (!unlisted.delete(row.path)) {
      throw new ArchiveError("mismatch", `Its manifest lists ${quotedName(row.path)} twice.`);
    }
  }
  const [extra] = unlisted;
  if (manifest.files !== undefined && extra !== undefined) {
    throw new ArchiveError("mismatch", `${quotedName(extra)} is not in its manifest.`);
  }
  const outside = [...files.keys(), ...folders].find(
    (name) =>
      name !== root &&
      !manifest.assets.some(({ archivePath }) => isPartOf(name, archivePath) || isPartOf(archivePath, name)),
  );
  if (outside !== undefined)
    throw new ArchiveError("mismatch", `${quotedName(outside)} belongs to nothing it backs up.`);
  const { database } = manifest;
  if (database !== undefined && !files.has(database.path)) {
    throw new ArchiveError("mismatch", `${quotedName(database.path)} is missing.`);
  }
  checkLinks(new Set(manifest.links?.map(({ path }) => path)), [...files.keys(), ...folders]);
}

/** A link is nobody's folder: what lies behind one could lie anywhere. */
function checkLinks(links: ReadonlySet<string>, names: readonly string[]): void {
  if (links.size === 0) return;
  for (const name of names) {
    if (links.has(name)) throw new ArchiveError("duplicate", `${quotedName(name)} is a link too.`);
  }
  for (const name of [...names, ...links]) {
    for (let at = name.lastIndexOf("/"); at > 0; at = name.lastIndexOf("/", at - 1)) {
      if (links.has(name.slice(0, at))) {
        throw new ArchiveError("unsafe-type", `${quotedName(name)} lies behind a link.`);
      }
    }
  }
}

/** Refuses a backup of a later program: what it means may not be known here. @throws ArchiveError */
export function refuseNewer(runtimeVersion: string): void {
  if (compareVersions(runtimeVersion, VERSION) <= 0) return;
  throw new ArchiveError(
    "newer",
    `It was made by openclaw ${runtimeVersion}, and this is ${VERSION}: an older program must not work on it.`,
  );
}

/** Whether two readings of a file are the same. */
export function isSame(a: Digest, b: Digest): boolean {
  return a.size === b.size && a.sha256 === b.sha256;
}

function isPartOf(name: string, folder: string): boolean {
  return name === folder || name.startsWith(`${folder}/`);
}

import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type ArchiveContents, readArchive, type ReadOptions } from "./reader.ts";
import { checkContents, refuseNewer } from "./check.ts";
import { ArchiveError } from "./errors.ts";
import { extractArchive, needSpace } from "./extract.ts";

/** Reads an archive whole and compares it with its manifest; the database in it is not opened yet. @throws ArchiveError */
export async function examine(archive: string, options: ReadOptions): Promise<ArchiveContents> {
  const contents = await readArchive(archive, options);
  checkContents(contents);
  refuseNewer(contents.manifest.runtimeVersion);
  const schema = contents.manifest.database?.schemaVersion;
  if (schema !== undefined) {
    const { knownSchemaVersion } = await import("../../../store/index.ts");
    const known = knownSchemaVersion();
    if (schema > known) {
      throw new ArchiveError(
        "newer",
        `Its database has schema version ${schema}, and this program knows up to ${known}.`,
      );
    }
  }
  return contents;
}

/** Unpacks the database of an archive for a moment and reads all of it. @throws ArchiveError */
export async function examineDatabase(
  archive: string,
  contents: ArchiveContents,
  { tmpDir, signal }: { readonly tmpDir: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  const { database } = contents.manifest;
  if (database === undefined) return;
  await needSpace(tmpDir, contents.files.get(database.path)?.size ?? 0);
  const folder = await mkdtemp(join(tmpDir, "openclaw-backup-"));
  try {
    const copy = join(folder, "openclaw.sqlite");
    const place = (name: string) => (name === database.path ? copy : undefined);
    await extractArchive({ archive, contents: { ...contents, folders: new Set() }, place, signal });
    await checkDatabase(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads every page of an unpacked database. @throws ArchiveError */
export async function checkDatabase(path: string): Promise<void> {
  const { checkStoreCopy, StoreError } = await import("../../../store/index.ts");
  try {
    checkStoreCopy(path);
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const cause = error.cause instanceof Error ? error.cause.message : error.message;
    throw new ArchiveError("database", `The state database in it cannot be used: ${cause}`, error);
  }
}

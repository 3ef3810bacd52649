import { type FileHandle, mkdir, open, statfs, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ArchiveContents, type ArchiveEntry, type EntrySink, readArchive } from "./reader.ts";
import { isSame } from "./check.ts";
import { ArchiveError, quotedName } from "./errors.ts";
import { KEEP_FREE_BYTES } from "./limits.ts";
import { CliError } from "../../errors.ts";
import { bytes } from "../../words.ts";

export interface ExtractRequest {
  readonly archive: string;
  /** What a first reading of the archive found; what is written is compared with it. */
  readonly contents: ArchiveContents;
  /** Where a name of the archive goes; undefined leaves it out. All places are new and nobody else's. */
  readonly place: (name: string) => string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((bytes: number) => void) | undefined;
}

/** Folders are private after a restore, whatever they were: secrets lie in them. */
const FOLDER_MODE = 0o700;

/** Nobody else writes to what comes back, and bits that make programs run as somebody else are no part of a backup. */
const WORKSPACE_BITS = 0o755;

/** Everything but the files of agents may hold secrets, whatever an archive says of its mode. */
const PRIVATE_BITS = 0o700;

/**
 * Writes the files, folders and links of an archive that was checked. Nothing that exists is touched: each file is new, or the
 * extraction fails. @throws ArchiveError, CliError
 */
export async function extractArchive(request: ExtractRequest): Promise<void> {
  const { archive, contents, place, signal, onProgress } = request;
  const { manifest } = contents;
  const torn = new Set(manifest.files?.filter((row) => row.torn).map(({ path }) => path));
  for (const name of [...contents.folders].sort()) {
    const at = place(name);
    if (at !== undefined) await mkdir(at, { recursive: true, mode: FOLDER_MODE });
  }
  await readArchive(archive, {
    signal,
    onProgress,
    open: async (entry) => {
      const at = torn.has(entry.name) ? undefined : place(entry.name);
      return at === undefined ? undefined : fileSink(at, entry, contents);
    },
  });
  for (const { path, target } of manifest.links ?? []) {
    const at = place(path);
    if (at !== undefined) await symlink(target, at);
  }
}

/** Fails when `size` bytes would fill the disk that `folder` is on. @throws CliError */
export async function needSpace(folder: string, size: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize >= size + KEEP_FREE_BYTES) return;
  throw new CliError(
    `The backup unpacks to ${bytes(size)}, and the disk of ${folder} has ${bytes(bavail * bsize)} free.`,
    {
      hint: "Make room first, or restore to another disk: openclaw backup restore <archive> --target <folder>",
    },
  );
}

async function fileSink(path: string, entry: ArchiveEntry, contents: ArchiveContents): Promise<EntrySink> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  const file: FileHandle = await open(path, "wx", entry.mode & PRIVATE_BITS);
  return {
    async write(piece) {
      let at = 0;
      while (at < piece.byteLength) at += (await file.write(piece, at)).bytesWritten;
    },
    async end(digest) {
      try {
        const expected = contents.files.get(entry.name);
        if (expected === undefined || !isSame(expected, digest)) {
          throw new ArchiveError("mismatch", `${quotedName(entry.name)} changed while the archive was read.`);
        }
        await file.chmod(entry.mode & bitsOf(entry.name, contents));
        await file.utimes(entry.mtime, entry.mtime);
      } finally {
        await file.close();
      }
    },
    abandon: () => file.close().catch(() => {}),
  };
}

/** The permissions that a file may come back with: those of the innermost thing that it belongs to. */
function bitsOf(name: string, { manifest }: ArchiveContents): number {
  const owner = manifest.assets
    .filter(({ archivePath }) => name.startsWith(`${archivePath}/`))
    .reduce((inner, asset) => (asset.archivePath.length > inner.archivePath.length ? asset : inner), {
      kind: "",
      archivePath: "",
    });
  return owner.kind === "workspace" ? WORKSPACE_BITS : PRIVATE_BITS;
}

/** Puts the names below `from` (in the archive) below `to`. */
export function below(from: string, to: string): (name: string) => string | undefined {
  return (name) => {
    if (name === from) return to;
    return name.startsWith(`${from}/`) ? join(to, ...name.slice(from.length + 1).split("/")) : undefined;
  };
}

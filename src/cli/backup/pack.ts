import { constants, existsSync } from "node:fs";
import { type FileHandle, lstat, open, rm } from "node:fs/promises";
import { realOf } from "../../lib/files/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Session } from "../session.ts";
import { type ArchiveWriter, type Entry, writeArchive, type Written } from "./archive/writer.ts";
import { MAX_ENTRIES, WHOLE_FILE_BYTES, WHOLE_FILE_TRIES } from "./archive/limits.ts";
import { type Manifest, MANIFEST_NAME, type ManifestFile, type ManifestLink } from "./archive/manifest.ts";
import { payloadPath } from "./archive/names.ts";
import { type Selection, type Skipped, skippedOf, type Source } from "./sources.ts";
import { reasonOf, walk, type WalkRules } from "./walk.ts";
import { CliError } from "../errors.ts";

/** What is to be written. */
export interface PackRequest {
  readonly selection: Selection;
  readonly options: Manifest["options"];
  readonly createdAt: string;
  readonly archiveRoot: string;
  /** A new file; it is private. */
  readonly path: string;
  readonly signal: AbortSignal;
  /** Called with the bytes read so far. */
  readonly onProgress: (bytes: number) => void;
}

export interface Packed {
  readonly skipped: readonly Skipped[];
  /** Locks, logs, journals and the like. */
  readonly volatileCount: number;
  readonly files: number;
  readonly bytes: number;
}

/** Writes the archive to `path`, with its manifest at the end. What vanishes on the way is told in `skipped`. */
export async function packArchive(session: Session, request: PackRequest): Promise<Packed> {
  const writer = await writeArchive(request.path, request.signal);
  try {
    const packing = new Packing(session, request, writer);
    const packed = await packing.run();
    await writer.finish();
    return packed;
  } catch (error) {
    // Whoever wrote last may have heard of the consequence only.
    throw (await writer.close()) ?? error;
  }
}

class Packing {
  readonly #session: Session;
  readonly #request: PackRequest;
  readonly #writer: ArchiveWriter;
  readonly #rules: WalkRules;
  readonly #files: ManifestFile[] = [];
  readonly #links: ManifestLink[] = [];
  readonly #skipped: Skipped[];
  #entries = 0;
  #bytes = 0;
  #volatileCount = 0;
  #database: Manifest["database"];

  constructor(session: Session, request: PackRequest, writer: ArchiveWriter) {
    const { selection } = request;
    this.#session = session;
    this.#request = request;
    this.#writer = writer;
    this.#skipped = [...selection.skipped];
    this.#rules = {
      stops: new Set([...selection.excluded, ...selection.sources.map(({ real }) => real)]),
      stateDir: realOf(session.paths.stateDir),
      dbPath: realOf(session.paths.dbPath),
    };
  }

  async run(): Promise<Packed> {
    const { sources } = this.#request.selection;
    // The configuration first: it must not be newer than the database it goes with.
    for (const source of sources.filter(({ kind }) => kind === "config")) await this.#source(source);
    for (const source of sources.filter(({ kind }) => kind !== "config")) await this.#source(source);
    await this.#manifest();
    const { length } = this.#files;
    return {
      skipped: this.#skipped,
      volatileCount: this.#volatileCount,
      files: length,
      bytes: this.#bytes,
    };
  }

  async #source(source: Source): Promise<void> {
    const at = this.#place(source.path);
    if (source.kind === "state") await this.#store(source);
    for await (const met of walk(source, this.#rules)) {
      this.#request.signal.throwIfAborted();
      if (met.kind === "left-out") {
        this.#volatileCount += met.volatile ? 1 : 0;
        if (!met.volatile) this.#skip(met.path, met.reason);
        continue;
      }
      const name = met.way === "" ? at : `${at}/${met.way}`;
      this.#count();
      if (met.kind === "link") this.#links.push({ path: name, target: met.target });
      else if (met.kind === "folder") await this.#folder(met.path, name);
      else await this.#file(met.path, name);
    }
  }

  /** The state database, as it is at one moment, whoever writes to it. */
  async #store(state: Source): Promise<void> {
    const { paths } = this.#session;
    if (!existsSync(paths.dbPath)) return;
    const { copyStore } = await import("../../store/index.ts");
    const copy = `${this.#request.path}.sqlite`;
    const name = `${this.#place(state.path)}${payloadPath("", paths.dbPath).slice(payloadPath("", state.path).length)}`;
    try {
      const { schemaVersion } = copyStore(paths.dbPath, copy);
      this.#count();
      await this.#stream(copy, name);
      this.#database = { path: name, schemaVersion };
    } finally {
      await rm(copy, { force: true });
    }
  }

  async #folder(path: string, name: string): Promise<void> {
    const stat = await lstat(path).catch(() => undefined);
    if (stat === undefined) return;
    await this.#writer.folder({ name: `${name}/`, mode: stat.mode & 0o777, mtime: stat.mtime });
  }

  async #file(path: string, name: string): Promise<void> {
    try {
      await ((await lstat(path)).size > WHOLE_FILE_BYTES
        ? this.#stream(path, name)
        : this.#whole(path, name));
    } catch (error) {
      if (!isReadFailure(error)) throw error;
      this.#skip(path, reasonOf(error));
    }
  }

  /** A small file, as it was at one moment; a file that never rests is taken as it was read last. */
  async #whole(path: string, name: string): Promise<void> {
    await using file = await openFile(path);
    for (let attempt = 1; ; attempt += 1) {
      const before = await file.stat();
      if (before.size > WHOLE_FILE_BYTES) return await this.#stream(path, name);
      const buffer = Buffer.alloc(before.size);
      const { bytesRead } = before.size === 0 ? { bytesRead: 0 } : await file.read(buffer, 0, before.size, 0);
      const after = await file.stat();
      const still =
        after.mtimeMs === before.mtimeMs && after.size === before.size && bytesRead === before.size;
      if (!still && attempt < WHOLE_FILE_TRIES) continue;
      if (!still) this.#skip(path, "kept changing while it was read: the archive has one reading of it");
      const entry: Entry = { name, mode: before.mode & 0o777, mtime: before.mtime };
      this.#add(name, await this.#writer.file(entry, buffer.subarray(0, bytesRead)));
      return undefined;
    }
  }

  async #stream(path: string, name: string): Promise<void> {
    await using file = await openFile(path);
    const before = await file.stat();
    const entry: Entry = { name, mode: before.mode & 0o777, mtime: before.mtime };
    const { torn, ...written } = await this.#writer.stream(entry, before.size, file);
    const after = await file.stat();
    if (torn) this.#skip(path, "became shorter, or could not be read to its end");
    else if (after.mtimeMs !== before.mtimeMs) {
      this.#skip(path, "changed while it was read: the archive may have parts of two versions");
    }
    this.#add(name, written, torn);
  }

  async #manifest(): Promise<void> {
    const { archiveRoot, createdAt, options, selection } = this.#request;
    const { stateDir, configPath } = this.#session.paths;
    const manifest: Manifest = {
      schemaVersion: 1,
      createdAt,
      archiveRoot,
      runtimeVersion: VERSION,
      platform: process.platform,
      options,
      paths: { stateDir, configPath, workspaceDirs: [...selection.workspaces] },
      assets: selection.sources.map(({ kind, path }) => ({
        kind,
        sourcePath: path,
        archivePath: this.#place(path),
      })),
      ...(this.#database !== undefined && { database: this.#database }),
      files: this.#files,
      links: this.#links,
      skipped: this.#skipped,
    };
    const text = Buffer.from(`${JSON.stringify(manifest)}\n`);
    const entry: Entry = { name: `${archiveRoot}/${MANIFEST_NAME}`, mode: 0o600, mtime: new Date(createdAt) };
    await this.#writer.file(entry, text);
  }

  #place(path: string): string {
    return payloadPath(this.#request.archiveRoot, path);
  }

  #add(path: string, { size, sha256 }: Written, torn = false): void {
    this.#files.push({ path, size, sha256, ...(torn && { torn }) });
    this.#bytes += size;
    this.#request.onProgress(this.#bytes);
  }

  #count(): void {
    this.#entries += 1;
    if (this.#entries < MAX_ENTRIES) return;
    throw new CliError(`There are more than ${MAX_ENTRIES} files and folders to back up.`, {
      hint: "Leave the workspaces to another tool: openclaw backup create --no-include-workspace",
    });
  }

  #skip(path: string, reason: string): void {
    this.#skipped.push(skippedOf(this.#session, "file", path, reason));
  }
}

/** What reading one file may fail with, without being a failure of the whole. */
const READ_FAILURES: ReadonlySet<unknown> = new Set(["ENOENT", "EACCES", "EPERM", "ELOOP", "ESTALE", "EIO"]);

function isReadFailure(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && "code" in error && READ_FAILURES.has(error.code);
}

/** Opens a file that is one; never a link, and without waiting for the other end of a pipe that took its place. */
async function openFile(path: string): Promise<FileHandle> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const file = await open(path, flags);
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw Object.assign(new Error("became something else while it was read"), {
    syscall: "open",
    code: "ESTALE",
  });
}

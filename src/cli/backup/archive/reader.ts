import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract as unpacking } from "tar-stream";
import { assertForm } from "../../../lib/path-jail/index.ts";
import { ArchiveError, quotedName } from "./errors.ts";
import { MAX_ENTRIES, MAX_MANIFEST_BYTES, MAX_NAME_BYTES, MAX_UNPACKED_BYTES } from "./limits.ts";
import { isPlainPart, type Manifest, MANIFEST_NAME, parseManifest } from "./manifest.ts";

/** A file or folder of an archive whose name and type are safe. */
export interface ArchiveEntry {
  readonly kind: "file" | "folder";
  /** With the archive's own folder in front, without a slash at the end. */
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  readonly mtime: Date;
}

/** What was read of one file. */
export interface Digest {
  readonly size: number;
  readonly sha256: string;
}

/** Everything that is known of an archive that was read to its end. */
export interface ArchiveContents {
  readonly root: string;
  readonly manifest: Manifest;
  /** The manifest as it stands in the archive. */
  readonly manifestText: string;
  /** Files by name, the manifest not among them. */
  readonly files: ReadonlyMap<string, Digest>;
  readonly folders: ReadonlySet<string>;
  /** Bytes of all files together. */
  readonly bytes: number;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the compressed bytes read so far. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Takes the content of a file; without it, or when it answers nothing, the content is only looked at. */
  readonly open?: (entry: ArchiveEntry) => Promise<EntrySink | undefined>;
}

/** Where the content of a file goes. */
export interface EntrySink {
  write(piece: Uint8Array): Promise<void>;
  /** The whole content came; its digest is known. */
  end(digest: Digest): Promise<void>;
  /** Something failed on the way. */
  abandon(): Promise<void>;
}

/** What `tar-stream` says of an entry, as far as it is used. */
interface Header {
  readonly name: string;
  readonly type?: string | null | undefined;
  readonly size?: number | undefined;
  readonly mode?: number | undefined;
  readonly mtime?: Date | undefined;
}

/** Two names that are one on the disks of this system. */
const FOLDS_CASE = process.platform === "win32" || process.platform === "darwin";

/**
 * Reads an archive from its first byte to its last, with one piece of one file in memory, and refuses everything a backup
 * does not have: names that lead elsewhere, links, devices, names twice, more than the limits. @throws ArchiveError
 */
export async function readArchive(path: string, options: ReadOptions = {}): Promise<ArchiveContents> {
  const reading = new Reading(options);
  const extract = unpacking();
  const source = createReadStream(path);
  let packed = 0;
  source.on("data", (piece) => options.onProgress?.((packed += piece.length)));
  const { signal } = options;
  const fed = pipeline(source, createGunzip(), extract, signal === undefined ? {} : { signal });
  fed.catch(() => {});
  try {
    for await (const entry of extract) await reading.take(entry.header, piecesOf(entry));
    await fed;
    return reading.contents();
  } catch (error) {
    extract.destroy();
    await fed.catch(() => {});
    signal?.throwIfAborted();
    throw faultOf(error);
  }
}

class Reading {
  readonly #options: ReadOptions;
  readonly #files = new Map<string, Digest>();
  readonly #folders = new Set<string>();
  /** Names as this system's disks tell them apart, of files and of folders. */
  readonly #taken = new Map<string, "file" | "folder">();
  #root: string | undefined;
  #manifest: string | undefined;
  #bytes = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  async take(header: Header, content: AsyncIterable<Uint8Array>): Promise<void> {
    const entry = this.#checked(header);
    if (entry.kind === "folder") {
      this.#folders.add(entry.name);
      for await (const _ of content);
      return;
    }
    const isManifest = entry.name === `${this.#root}/${MANIFEST_NAME}`;
    if (isManifest && entry.size > MAX_MANIFEST_BYTES)
      throw new ArchiveError("too-big", "Its manifest is too large.");
    const kept: Uint8Array[] = [];
    const sink = isManifest ? undefined : await this.#options.open?.(entry);
    const hash = createHash("sha256");
    let size = 0;
    try {
      for await (const piece of content) {
        hash.update(piece);
        size += piece.byteLength;
        if (isManifest) kept.push(piece);
        await sink?.write(piece);
      }
      if (size !== entry.size)
        throw new ArchiveError("truncated", `It ends within ${quotedName(entry.name)}.`);
      const digest = { size, sha256: hash.digest("hex") };
      if (isManifest) this.#manifest = Buffer.concat(kept).toString("utf8");
      else this.#files.set(entry.name, digest);
      await sink?.end(digest);
    } catch (error) {
      await sink?.abandon();
      throw error;
    }
  }

  contents(): ArchiveContents {
    if (this.#root === undefined || this.#manifest === undefined) {
      const what = this.#taken.size === 0 ? "It is empty" : `It has no ${MANIFEST_NAME}`;
      throw new ArchiveError("no-manifest", `${what}: it is no backup, or its end is missing.`);
    }
    return {
      root: this.#root,
      manifest: parseManifest(this.#manifest, this.#root),
      manifestText: this.#manifest,
      files: this.#files,
      folders: this.#folders,
      bytes: this.#bytes,
    };
  }

  #checked(header: Header): ArchiveEntry {
    const { type, mode = 0o600, mtime = new Date(0) } = header;
    const size = header.size ?? 0;
    const shown = quotedName(header.name);
    if (type !== "file" && type !== "directory") {
      throw new ArchiveError(
        "unsafe-type",
        `${shown} is a ${type ?? "thing of unknown type"}; a backup has files and folders.`,
      );
    }
    const kind = type === "file" ? "file" : "folder";
    const name = kind === "folder" ? header.name.replace(/\/$/, "") : header.name;
    const parts = name.split("/");
    if (!parts.every(isPlainPart) || Buffer.byteLength(name) > MAX_NAME_BYTES || !isUsable(name)) {
      throw new ArchiveError("unsafe-name", `${shown} is no name inside a backup.`);
    }
    this.#root ??= parts[0];
    if (parts[0] !== this.#root || (parts.length === 1 && kind === "file")) {
      throw new ArchiveError("unsafe-name", `${shown} is not in the folder of the backup.`);
    }
    this.#claim(parts, kind, shown);
    this.#bytes += size;
    if (this.#bytes > MAX_UNPACKED_BYTES || this.#taken.size > MAX_ENTRIES * 2) {
      throw new ArchiveError(
        "too-big",
        `It unpacks to more than ${MAX_UNPACKED_BYTES / 1024 ** 3} GB or ${MAX_ENTRIES} files.`,
      );
    }
    return { kind, name, size, mode, mtime };
  }

  /** A name belongs to one entry, and a file is nobody's folder. */
  #claim(parts: readonly string[], kind: "file" | "folder", shown: string): void {
    for (let depth = 1; depth < parts.length; depth += 1) {
      const parent = keyOf(parts.slice(0, depth));
      if (this.#taken.get(parent) === "file") {
        throw new ArchiveError("duplicate", `${shown} lies in something that is a file.`);
      }
      this.#taken.set(parent, "folder");
    }
    const key = keyOf(parts);
    const known = this.#taken.get(key);
    // A folder may be known from what lies in it; it is listed once.
    if (known === "file" || (known !== undefined && kind === "file") || this.#folders.has(parts.join("/"))) {
      throw new ArchiveError("duplicate", `${shown} is in it twice.`);
    }
    this.#taken.set(key, kind);
  }
}

/** The content of an entry, which the library calls unknown. */
async function* piecesOf(content: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  for await (const piece of content) if (piece instanceof Uint8Array) yield piece;
}

function keyOf(parts: readonly string[]): string {
  const name = parts.join("/").normalize("NFC");
  return FOLDS_CASE ? name.toLowerCase() : name;
}

function isUsable(name: string): boolean {
  try {
    assertForm(name);
    return true;
  } catch {
    return false;
  }
}

function faultOf(error: unknown): unknown {
  if (error instanceof ArchiveError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const call = error instanceof Error && "syscall" in error ? error.syscall : undefined;
  if (call === "open" && code === "ENOENT")
    return new ArchiveError("unreadable", "There is no such file.", error);
  if (call === "open" || call === "read")
    return new ArchiveError("unreadable", `It cannot be read: ${said}.`, error);
  if (call !== undefined) return error;
  const damaged = typeof code === "string" && (code.startsWith("Z_") || code.startsWith("ERR_STREAM"));
  if (damaged || /unexpected end|tar header|Invalid header|Header exceeds|incorrect header/i.test(said)) {
    return new ArchiveError("truncated", `It is damaged or not complete (${said}).`, error);
  }
  return error;
}

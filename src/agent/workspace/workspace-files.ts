import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openInside, PathJailError, readInside, replaceInside } from "../../lib/path-jail/index.ts";
import { BOOTSTRAP_FILES, type BootstrapFile, bootstrapFile, EXPECTED_ABSENT } from "./file-names.ts";
import { sha256 } from "./file-cache.ts";
import { FILE_MAX_BYTES } from "./limits.ts";

/** A workspace file as clients see it. */
export interface FileFacts {
  readonly name: string;
  readonly path: string;
  readonly missing: boolean;
  readonly expectedAbsent?: boolean;
  readonly size?: number;
  readonly updatedAtMs?: number;
  /** SHA-256 of the bytes, lower-case hex. */
  readonly hash?: string;
  readonly content?: string;
}

/** A name that is none of the files that may be seen and changed from outside. */
export class UnknownFileError extends Error {
  constructor(readonly file: string) {
    super(`unsupported file "${file}": use one of ${BOOTSTRAP_FILES.join(", ")}`);
  }
}

/** The file is not what the writer has seen. */
export class FileConflictError extends Error {
  constructor(
    readonly file: string,
    /** Undefined when the file is gone. */
    readonly currentHash: string | undefined,
  ) {
    super(`agent file "${file}" changed since it was read`);
  }
}

/** A file that cannot be read or written; the message says why. */
export class UnsafeFileError extends Error {}

/** The files of one workspace, by their fixed names. Writes to one of them come one after another. */
export class WorkspaceFiles {
  #writing: Promise<unknown> = Promise.resolve();

  /** Every known file of the folder, without contents. */
  async list(workspace: string): Promise<FileFacts[]> {
    return Promise.all(BOOTSTRAP_FILES.map((name) => this.#facts(workspace, name)));
  }

  /** One file with its content. @throws UnknownFileError, UnsafeFileError */
  async get(workspace: string, name: string): Promise<FileFacts> {
    const known = requireKnown(name);
    const facts = await this.#facts(workspace, known);
    if (facts.missing) return facts;
    const { bytes } = await guard(known, () => readInside({ root: workspace }, known, FILE_MAX_BYTES));
    return { ...facts, size: bytes.length, hash: sha256(bytes), content: bytes.toString("utf8") };
  }

  /**
   * Writes one file in one step; with `expectedHash` only if it is still that one.
   * @throws UnknownFileError, UnsafeFileError, FileConflictError
   */
  async set(workspace: string, name: string, content: string, expectedHash?: string): Promise<FileFacts> {
    const known = requireKnown(name);
    if (Buffer.byteLength(content) > FILE_MAX_BYTES) {
      throw new UnsafeFileError(`${known}: more than the ${FILE_MAX_BYTES} bytes a workspace file may have`);
    }
    const write = this.#writing.then(() => this.#write(workspace, known, content, expectedHash));
    this.#writing = write.catch(() => undefined);
    return write;
  }

  async #write(
    workspace: string,
    name: BootstrapFile,
    content: string,
    expectedHash: string | undefined,
  ): Promise<FileFacts> {
    await mkdir(workspace, { recursive: true, mode: 0o700 });
    if (expectedHash !== undefined) {
      const { hash } = await this.get(workspace, name);
      if (hash !== expectedHash.toLowerCase()) throw new FileConflictError(name, hash);
    }
    await guard(name, () => replaceInside({ root: workspace }, name, content));
    return { ...(await this.#facts(workspace, name)), hash: sha256(content), content };
  }

  async #facts(workspace: string, name: BootstrapFile): Promise<FileFacts> {
    const path = join(workspace, name);
    try {
      await using file = await openInside({ root: workspace }, name);
      return {
        name,
        path,
        missing: false,
        size: file.stats.size,
        updatedAtMs: Math.floor(file.stats.mtimeMs),
      };
    } catch (error) {
      // What may not be looked at is not there for people outside either; asking for it tells why.
      if (!(error instanceof PathJailError)) throw error;
      return { name, path, missing: true, expectedAbsent: EXPECTED_ABSENT.includes(name) };
    }
  }
}

function requireKnown(name: string): BootstrapFile {
  const known = bootstrapFile(name);
  if (!known) throw new UnknownFileError(name);
  return known;
}

async function guard<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof PathJailError)) throw error;
    throw new UnsafeFileError(`unsafe workspace file "${name}": ${error.message}`, { cause: error });
  }
}

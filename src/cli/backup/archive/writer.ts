import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { pack as packing } from "tar-stream";
import { PIECE_BYTES } from "./limits.ts";

/** What one file of an archive is. */
export interface Entry {
  readonly name: string;
  /** Permission bits. */
  readonly mode: number;
  readonly mtime: Date;
}

export interface Written {
  readonly size: number;
  readonly sha256: string;
}

/** A compressed archive that is being written, one entry after the other, with a few pieces in memory at most. */
export interface ArchiveWriter {
  folder(entry: Entry): Promise<void>;
  file(entry: Entry, content: Uint8Array): Promise<Written>;
  /** Takes exactly `size` bytes from an open file; `torn` when it has fewer, and zeros stand in for them. */
  stream(entry: Entry, size: number, from: FileHandle): Promise<Written & { readonly torn: boolean }>;
  /** Ends the archive; it is on disk then. */
  finish(): Promise<void>;
  /** Ends the writing; the file stays, whatever is in it. Resolves to what the disk refused, if that is why it ended. */
  close(): Promise<unknown>;
}

/** The part of a writable stream that is used. */
interface Sink {
  write(piece: Uint8Array): boolean;
  once(event: "drain", heard: () => void): unknown;
}

/** Begins an archive in a new private file. Errors of the disk come out of whatever is waited for. */
export async function writeArchive(path: string, signal: AbortSignal): Promise<ArchiveWriter> {
  const pack = packing();
  const done = pipeline(pack, createGzip(), createWriteStream(path, { flags: "wx", mode: 0o600 }), {
    signal,
  });
  const failed = done.then(() => new Promise<never>(() => {}));
  // Whoever waits hears of it; nobody may be waiting just then.
  failed.catch(() => {});
  const orFail = <T>(work: Promise<T>): Promise<T> => Promise.race([work, failed]);

  const put = async (sink: Sink, piece: Uint8Array): Promise<void> => {
    if (sink.write(piece)) return;
    await orFail(new Promise<void>((resolve) => void sink.once("drain", () => resolve())));
  };
  const begin = (entry: Entry, size: number) => {
    const ended = Promise.withResolvers<void>();
    const sink = pack.entry({ ...entry, type: "file", size }, (error) =>
      error ? ended.reject(error) : ended.resolve(),
    );
    // Its errors come through `ended` and the pipeline.
    sink.on("error", () => {});
    ended.promise.catch(() => {});
    return {
      sink,
      end: () => {
        sink.end(undefined);
        return orFail(ended.promise);
      },
    };
  };

  return {
    async folder(entry) {
      const ended = Promise.withResolvers<void>();
      pack.entry({ ...entry, type: "directory" }, (error) => (error ? ended.reject(error) : ended.resolve()));
      await orFail(ended.promise);
    },
    async file(entry, content) {
      const { sink, end } = begin(entry, content.byteLength);
      if (content.byteLength > 0) await put(sink, content);
      await end();
      return { size: content.byteLength, sha256: createHash("sha256").update(content).digest("hex") };
    },
    async stream(entry, size, from) {
      const hash = createHash("sha256");
      const { sink, end } = begin(entry, size);
      let torn = false;
      for (let at = 0; at < size;) {
        const wanted = Math.min(PIECE_BYTES, size - at);
        let piece: Uint8Array = Buffer.alloc(wanted);
        if (!torn) {
          // An entry that was begun has to be ended, whatever the disk says.
          const { bytesRead } = await from.read(piece, 0, wanted, at).catch(() => ({ bytesRead: 0 }));
          torn = bytesRead === 0;
          piece = torn ? piece.fill(0) : piece.subarray(0, bytesRead);
        }
        hash.update(piece);
        at += piece.byteLength;
        await put(sink, piece);
      }
      await end();
      return { size, sha256: hash.digest("hex"), torn };
    },
    async finish() {
      pack.finalize();
      await done;
      const file = await open(path, "r+");
      try {
        await file.sync();
      } finally {
        await file.close();
      }
    },
    async close() {
      const broken = pack.destroying;
      pack.destroy(new Error("the archive is given up"));
      return await done.then(
        () => undefined,
        (error: unknown) => (broken ? error : undefined),
      );
    },
  };
}

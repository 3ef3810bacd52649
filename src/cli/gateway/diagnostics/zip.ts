import { crc32, deflateRawSync } from "node:zlib";

/** A file of an archive. */
export interface ZipEntry {
  /** With `/` between folders; ASCII. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** Needed to read it: deflate. */
const VERSION = 20;

const DEFLATE = 8;

/** 1 January 1980, the zero of the format: what matters is when the archive was made, and the manifest says that. */
const DOS_DATE = 0x21;

/** A zip archive of a few small files, all in memory; as PKWARE's APPNOTE lays it out, without its extensions. */
export function zipOf(entries: readonly ZipEntry[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const title = Buffer.from(name, "ascii");
    const packed = deflateRawSync(content);
    const facts = factsOf(title, content, packed);
    const local = Buffer.concat([le32(0x04034b50), facts, title, packed]);
    // Made on no system in particular; no comment, first disk, no attributes.
    const central = [le32(0x02014b50), le16(VERSION), facts, Buffer.alloc(10), le32(offset), title];
    parts.push(local);
    directory.push(Buffer.concat(central));
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const count = le16(entries.length);
  const end = [le32(0x06054b50), le32(0), count, count, le32(index.length), le32(offset), le16(0)];
  return Buffer.concat([...parts, index, ...end]);
}

function factsOf(title: Buffer, content: Uint8Array, packed: Buffer): Buffer {
  return Buffer.concat([
    le16(VERSION),
    le16(0),
    le16(DEFLATE),
    le16(0),
    le16(DOS_DATE),
    le32(crc32(content)),
    le32(packed.length),
    le32(content.byteLength),
    le16(title.length),
    le16(0),
  ]);
}

function le16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

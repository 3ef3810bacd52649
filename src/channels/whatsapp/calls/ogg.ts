/** Samples a second that Opus counts in, whatever was recorded. */
const OPUS_RATE = 48_000;

/** Where the count of samples stands in a page, and how much of the end of a file is looked at. */
const GRANULE_AT = 6;
const TAIL_BYTES = 65_536;

/** Seconds of an Ogg/Opus file, which is what a voice note is; undefined for any other file. */
export function voiceSeconds(file: Uint8Array): number | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const head = bytes.subarray(0, 128).toString("latin1");
  if (!head.startsWith("OggS") || !head.includes("OpusHead")) return undefined;
  const tail = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
  const page = tail.lastIndexOf("OggS");
  if (page < 0 || page + GRANULE_AT + 8 > tail.length) return 0;
  const samples = Number(tail.readBigInt64LE(page + GRANULE_AT));
  return samples > 0 ? Math.round(samples / OPUS_RATE) : 0;
}

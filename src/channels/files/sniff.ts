/** The first bytes of what chats show in ways of their own; `.` is any byte. */
const STARTS: readonly (readonly [RegExp, string])[] = [
  [/^\xff\xd8\xff/, "image/jpeg"],
  [/^\x89PNG\r\n\x1a\n/, "image/png"],
  [/^GIF8[79]a/, "image/gif"],
  [/^RIFF[^]{4}WEBP/, "image/webp"],
  [/^RIFF[^]{4}WAVE/, "audio/wav"],
  [/^OggS/, "audio/ogg"],
  [/^ID3|^\xff[\xfb\xf3\xf2]/, "audio/mpeg"],
  [/^[^]{4}ftyp(?:M4A|M4B)/, "audio/mp4"],
  [/^[^]{4}ftypqt/, "video/quicktime"],
  [/^[^]{4}ftyp/, "video/mp4"],
  [/^\x1aE\xdf\xa3/, "video/webm"],
  [/^%PDF-/, "application/pdf"],
];

/** What a file is by its first bytes; undefined for what they do not tell. */
export function sniffedType(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 16)).toString("latin1");
  return STARTS.find(([form]) => form.test(start))?.[1];
}

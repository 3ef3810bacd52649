/** A picture of one dot. */
export const PNG = bytes(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
);
/** A picture of one dot, as cameras make them. */
export const JPEG = bytes(
  "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////" +
    "////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=",
);
export const WEBP = bytes("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==");
export const GIF = bytes("R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==");
/** The beginnings of files are enough for whoever looks at what they are. */
export const OGG = headed("OggS\0\u0002\0\0\0\0\0\0\0\0OpusHead");
export const MP3 = headed("ID3\u0004\0\0\0\0\0\0");
export const MP4 = headed("\0\0\0\u0018ftypmp42\0\0\0\0mp42isom");
export const PDF = headed("%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n");

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

function headed(head: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat([Buffer.from(head, "latin1"), Buffer.alloc(200)]));
}

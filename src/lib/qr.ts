/** Pixels per module; enough for a phone to read it from a screen. */
const SCALE = 6;

/** Light modules around the symbol, as the standard asks for (ISO/IEC 18004). */
const QUIET_ZONE = 4;

const BMP_HEADER_BYTES = 54;
const BYTES_PER_PIXEL = 4;

/** A QR code for `text` as a PNG data URL. The encoder is loaded at first use. */
export async function qrPngDataUrl(text: string): Promise<string> {
  const { encode } = await import("uqr");
  const { data } = encode(text, { ecc: "L", border: QUIET_ZONE });
  const png = await new Bun.Image(bitmap(data)).png().bytes();
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

/** The same for a terminal: lines of block letters. The encoder is loaded at first use. */
export async function qrText(text: string): Promise<string> {
  const { renderUnicodeCompact } = await import("uqr");
  return renderUnicodeCompact(text, { ecc: "L", border: 2 });
}

/** The modules as an uncompressed picture, which the image codec turns into any other kind. */
function bitmap(modules: readonly (readonly boolean[])[]): Uint8Array {
  const side = modules.length * SCALE;
  const file = Buffer.alloc(BMP_HEADER_BYTES + side * side * BYTES_PER_PIXEL, 0xff);
  writeHeader(file, side);
  modules.forEach((row, y) =>
    row.forEach((isDark, x) => {
      if (isDark) darken(file, side, x, y);
    }),
  );
  return file;
}

/** BITMAPFILEHEADER and BITMAPINFOHEADER, rows from the top, 32 bits a pixel. */
function writeHeader(file: Buffer, side: number): void {
  file.fill(0, 0, BMP_HEADER_BYTES);
  file.write("BM", 0, "latin1");
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(BMP_HEADER_BYTES, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(side, 18);
  file.writeInt32LE(-side, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(BYTES_PER_PIXEL * 8, 28);
}

function darken(file: Buffer, side: number, x: number, y: number): void {
  for (let line = 0; line < SCALE; line++) {
    const start = BMP_HEADER_BYTES + ((y * SCALE + line) * side + x * SCALE) * BYTES_PER_PIXEL;
    for (let pixel = 0; pixel < SCALE; pixel++) {
      file.fill(0, start + pixel * BYTES_PER_PIXEL, start + pixel * BYTES_PER_PIXEL + 3);
    }
  }
}

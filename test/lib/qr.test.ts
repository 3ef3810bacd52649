import { expect, test } from "bun:test";
import { qrPngDataUrl } from "../../src/lib/qr.ts";

test("a QR code is a square PNG that grows with its text", async () => {
  const sides: number[] = [];
  for (const text of ["short", "x".repeat(400)]) {
    const url = await qrPngDataUrl(text);
    expect(url).toStartWith("data:image/png;base64,");
    const bytes = Buffer.from(url.slice(url.indexOf(",") + 1), "base64");
    const { width, height, format } = await new Bun.Image(bytes).metadata();
    expect(format).toBe("png");
    expect(width).toBe(height);
    sides.push(width);
  }
  expect(sides[1]).toBeGreaterThan(sides[0] ?? 0);
});

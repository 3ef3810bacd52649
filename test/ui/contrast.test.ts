import { expect, test } from "bun:test";

/** What must be readable on what: ordinary text, by the rule of the web's accessibility guidelines. */
const PAIRS = [
  ["ink", "ground"],
  ["ink", "raised"],
  ["ink", "sunken"],
  ["ink", "accent-wash"],
  ["ink-soft", "ground"],
  ["ink-soft", "raised"],
  ["ink-soft", "sunken"],
  ["ink-soft", "accent-wash"],
  ["accent", "ground"],
  ["accent", "raised"],
  ["accent", "sunken"],
  ["accent", "accent-wash"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["good", "good-wash"],
  ["good", "raised"],
  ["busy", "busy-wash"],
  ["busy", "sunken"],
  ["accent", "busy-wash"],
  ["bad", "bad-wash"],
  ["bad", "sunken"],
  ["ink", "bad-wash"],
] as const;

const ENOUGH = 4.5;

const css = await Bun.file(new URL("../../src/ui/page/style/colours.css", import.meta.url)).text();
const [light = "", dark = ""] = css.split("@media");

function colours(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name = "", hex = ""]) => [name, hex]),
  );
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [brighter = 0, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (brighter + 0.05) / (darker + 0.05);
}

for (const [scheme, text] of [
  ["light", light],
  ["dark", dark],
] as const) {
  test(`everything is readable in the ${scheme} colours`, () => {
    const all = colours(text);
    const faint = PAIRS.map(([on, ground]) => ({
      pair: `${on} on ${ground}`,
      contrast: Number(contrast(all.get(on) ?? "", all.get(ground) ?? "").toFixed(2)),
    })).filter((pair) => !(pair.contrast >= ENOUGH));
    expect(faint).toEqual([]);
  });
}

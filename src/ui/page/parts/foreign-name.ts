/** Signs that turn the direction of what stands behind them, or are not seen at all; and control characters. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * What somebody calls themselves, where a person decides about them: it shows what it holds, and turns nothing that stands
 * beside it round.
 */
export function foreignName(name: string): string {
  return name.replaceAll(UNSEEN, "").trim();
}

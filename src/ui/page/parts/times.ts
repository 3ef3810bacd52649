const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** A span in its two largest units: `2 h 5 min`. */
export function spanText(ms: number): string {
  let seconds = Math.max(0, Math.round(ms / 1000));
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

/** How long ago, in one unit: `just now`, `5 min ago`. */
export function agoText(at: number, now: number): string {
  const ms = now - at;
  if (ms < 45_000) return "just now";
  const [first = ""] = spanText(ms).split(/(?<=\d [a-z]+) /);
  return `${first} ago`;
}

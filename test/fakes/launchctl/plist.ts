import { parse } from "plist";
import { readFileSync } from "node:fs";

/** Reads a property list, XML or binary, with a parser that is not the one under test. */
export function readPlist(path: string): Record<string, NonNullable<ReturnType<typeof parse>>> {
  const content = readFileSync(path);
  const value = parse(
    content.subarray(0, 6).toString("latin1") === "bplist" ? content : content.toString("utf8"),
  );
  const isDict = typeof value === "object" && value !== null && !Array.isArray(value);
  const found: Record<string, NonNullable<ReturnType<typeof parse>>> = {};
  for (const [key, one] of Object.entries(isDict ? value : {})) if (one !== null) found[key] = one;
  return found;
}

import type { RichText } from "./rich-text.ts";

/** A text for those who see no marks; addresses stand behind their words. */
export function plainText(rich: RichText): string {
  const parts: string[] = [];
  let at = 0;
  const links = rich.spans.flatMap(({ end, mark }) =>
    mark.kind === "link" ? [{ end, href: mark.href }] : [],
  );
  for (const { end, href } of links) {
    parts.push(rich.text.slice(at, end), ` (${href})`);
    at = end;
  }
  parts.push(rich.text.slice(at));
  return parts.join("");
}

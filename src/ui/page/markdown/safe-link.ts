/** Schemes a link in a conversation may lead to; `javascript:` and its relatives are none of them. */
const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

/** Where a link of a message leads, spelt out by the browser's own reader; `undefined` when it may lead nowhere. */
export function safeLink(href: string): string | undefined {
  const url = URL.parse(href.trim());
  return url !== null && SAFE_SCHEMES.has(url.protocol) ? url.href : undefined;
}

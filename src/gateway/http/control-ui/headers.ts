import { COMMON_HEADERS } from "../responses.ts";

/**
 * What a page may do: its own scripts and styles, its own gateway, images that came over the connection. Nothing inline,
 * nothing from elsewhere, in nobody's frame. In ours no text ever becomes markup either.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
];
const NO_MARKUP_FROM_TEXT = ["require-trusted-types-for 'script'", "trusted-types 'none'"];

/** What every answer of an interface of the owner's carries. */
export const OWN_PAGE_HEADERS = {
  ...COMMON_HEADERS,
  "content-security-policy": POLICY.join("; "),
  "x-frame-options": "DENY",
  "cache-control": "no-cache",
} as const;

/** What every answer of the built-in interface carries. */
export const PAGE_HEADERS = {
  ...OWN_PAGE_HEADERS,
  "content-security-policy": [...POLICY, ...NO_MARKUP_FROM_TEXT].join("; "),
} as const;

/** The name of a file says what is in it: it can be kept for as long as a browser likes. */
export const IMMUTABLE = "public, max-age=31536000, immutable";

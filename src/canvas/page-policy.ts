/**
 * What a page of the canvas may do. Whoever wrote it (an agent, on somebody's word) is not the owner: the page is sandboxed
 * into an origin of its own, so that it shares no storage with the Control UI and speaks to no method of the gateway, and it
 * loads nothing but files of the canvas.
 */
const PAGE_POLICY = [
  "sandbox allow-scripts allow-forms allow-modals allow-popups allow-downloads allow-pointer-lock",
  "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:",
  "object-src 'none'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

/**
 * The headers of everything a surface answers. With `shared` the address itself is the credential: the page it belongs to
 * has no origin, so whoever has the address may read it. Without, no other site may.
 */
export function surfaceHeaders(shared: boolean): Record<string, string> {
  return {
    "cache-control": "no-store",
    "content-security-policy": PAGE_POLICY,
    ...(shared
      ? { "access-control-allow-origin": "*" }
      : { "cross-origin-resource-policy": "same-origin", vary: "authorization" }),
  };
}

/** Nothing is there, or nothing that is served; which of the two is nobody's business. */
export function nothingHere(shared: boolean, why = "not found"): Response {
  return new Response(why, {
    status: 404,
    headers: { ...surfaceHeaders(shared), "content-type": "text/plain; charset=utf-8" },
  });
}

/** What every reply carries, whoever makes it. */
export const COMMON_HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(), microphone=(self), geolocation=()",
  "cache-control": "no-store",
} as const;

/** JSON with the headers every reply of the API carries. */
export function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...COMMON_HEADERS, "content-type": "application/json; charset=utf-8", ...headers },
  });
}

export function textResponse(
  status: number,
  body: string,
  contentType = "text/plain; charset=utf-8",
): Response {
  return new Response(body, { status, headers: { ...COMMON_HEADERS, "content-type": contentType } });
}

/** The one error body of the HTTP API. */
export function errorResponse(
  status: number,
  type: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return jsonResponse(status, { error: { message, type } }, headers);
}

/** Nobody answers at this path. */
export function notFound(): Response {
  return textResponse(404, "Not Found");
}

export function methodNotAllowed(allowed: readonly string[]): Response {
  const response = textResponse(405, "Method Not Allowed");
  response.headers.set("allow", allowed.join(", "));
  return response;
}

/** Nobody is known by what was sent. */
export function unauthorized(): Response {
  return errorResponse(401, "unauthorized", "Unauthorized");
}

export function payloadTooLarge(): Response {
  return errorResponse(413, "invalid_request_error", "Payload too large");
}

import type { Json } from "./shapes.ts";

/** A refusal of the Bot API: `{ok: false, error_code, description, parameters?}` with the same HTTP status. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: Json,
  ) {
    super(description);
  }

  get body(): Json {
    const { code, description, parameters } = this;
    return { ok: false, error_code: code, description, ...(parameters ? { parameters } : {}) };
  }
}

/** 400 with the sentence Telegram says, without its prefix. */
export function badRequest(what: string, parameters?: Json): ApiError {
  return new ApiError(400, `Bad Request: ${what}`, parameters);
}

/** 403 with the sentence Telegram says, without its prefix. */
export function forbidden(what: string): ApiError {
  return new ApiError(403, `Forbidden: ${what}`);
}

/** 409 with the sentence Telegram says, without its prefix. */
export function conflict(what: string): ApiError {
  return new ApiError(409, `Conflict: ${what}`);
}

/** 429; `seconds` is whole. */
export function tooManyRequests(seconds: number): ApiError {
  return new ApiError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
}

const OWN_WORDS: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
  413: "Request Entity Too Large",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** What Telegram says with a status when nothing more is known. */
export function errorOf(status: number): ApiError {
  return status === 429 ? tooManyRequests(1) : new ApiError(status, OWN_WORDS[status] ?? "Unknown Error");
}

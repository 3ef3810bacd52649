import type { OpenClawConfig } from "../../../../config/index.ts";

type Endpoints = OpenClawConfig["gateway"]["http"]["endpoints"];

/** Kinds of pictures that models see. */
const IMAGE_MIMES = ["image/jpeg", "image/png", "image/gif", "image/webp", "image/heic", "image/heif"];

/** Kinds of files whose text is given to the agent. */
const FILE_MIMES = [
  "text/plain",
  "text/markdown",
  "text/html",
  "text/csv",
  "application/json",
  "application/pdf",
];

/** One picture; providers refuse larger ones. */
const MAX_IMAGE_BYTES = 10 * 1024 * 1024;

/** One file. */
const MAX_FILE_BYTES = 5 * 1024 * 1024;

/** Text taken from one file; about 15,000 tokens. */
const MAX_FILE_CHARS = 60_000;

/** Redirects followed for a URL in a request. */
const MAX_REDIRECTS = 3;

/** Longest fetch of a URL in a request. */
const FETCH_TIMEOUT_MS = 10_000;

/** URLs one request may name. */
const MAX_URLS = 8;

/** Pictures of one chat message. */
export const MAX_CHAT_IMAGES = 8;

/** All pictures of one chat message together, decoded. */
export const MAX_CHAT_IMAGES_BYTES = 20 * 1024 * 1024;

/** What may come with a request, and from where. */
export interface InputLimits {
  readonly allowUrl: boolean;
  /** Hosts that URLs may name: exact, or `*.example.com` for any below it; empty for all. */
  readonly urlAllowlist: readonly string[];
  readonly allowedMimes: readonly string[];
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly timeoutMs: number;
}

export interface FileLimits extends InputLimits {
  readonly maxChars: number;
}

type Configured = Partial<InputLimits> | undefined;

function limitsOf(
  given: Configured,
  allowUrl: boolean,
  mimes: readonly string[],
  maxBytes: number,
): InputLimits {
  return {
    allowUrl: given?.allowUrl ?? allowUrl,
    urlAllowlist: (given?.urlAllowlist ?? []).map((host) => host.trim().toLowerCase()).filter(Boolean),
    allowedMimes: given?.allowedMimes?.length
      ? given.allowedMimes.map((one) => one.trim().toLowerCase())
      : mimes,
    maxBytes: given?.maxBytes ?? maxBytes,
    maxRedirects: given?.maxRedirects ?? MAX_REDIRECTS,
    timeoutMs: given?.timeoutMs ?? FETCH_TIMEOUT_MS,
  };
}

/** Pictures of chat requests: no URLs unless the owner allows them. */
export function chatImageLimits({ chatCompletions }: Endpoints): InputLimits {
  return limitsOf(chatCompletions.images, false, IMAGE_MIMES, MAX_IMAGE_BYTES);
}

export function responseImageLimits({ responses }: Endpoints): InputLimits {
  return limitsOf(responses.images, true, IMAGE_MIMES, MAX_IMAGE_BYTES);
}

export function responseFileLimits({ responses }: Endpoints): FileLimits {
  return {
    ...limitsOf(responses.files, true, FILE_MIMES, MAX_FILE_BYTES),
    maxChars: responses.files?.maxChars ?? MAX_FILE_CHARS,
  };
}

/** URLs that one request to `/v1/responses` may name. */
export function maxUrlParts({ responses }: Endpoints): number {
  return responses.maxUrlParts ?? MAX_URLS;
}

import type { Clock } from "../../../lib/clock.ts";
import type { Egress, EgressLimits, FetchFunction } from "../../../lib/egress/index.ts";
import { MAX_ERROR_BODY_BYTES, MAX_HEARD_CHARS } from "../limits.ts";
import { isObject } from "../json.ts";
import type { Evidence } from "./classify.ts";
import { retryAfter } from "./retry-after.ts";
import { unhurried } from "./unhurried.ts";

/**
 * Goes with one attempt and sees what the engine's libraries do not pass on: the status, the headers and the words of a
 * refusal, and how the connection broke.
 */
export class Witness {
  readonly #clock: Clock;
  #status: number | undefined;
  #said: string | undefined;
  #error: unknown;
  #retryAfterMs: number | undefined;
  #noRetry = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The way out for this attempt. Only `origin` may be anywhere but on the public internet. */
  fetch(egress: Egress, origin: string, limits: EgressLimits): FetchFunction {
    const policy = { reach: "public", trusted: [origin] } as const;
    const watched = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
      try {
        const response = await egress.request(input, init, policy, limits, (error) => {
          this.#error = error;
        });
        return response.ok ? this.#seen(response) : await this.#refused(response);
      } catch (error) {
        this.#error = error;
        throw error;
      }
    };
    return Object.assign(watched, { preconnect: () => undefined });
  }

  /** What is known about the failure; `text` is the engine's own account of it. */
  evidence(text: string): Evidence {
    // Of a library with HTTP of its own nothing was seen: the refusal is in its account, as the provider wrote it.
    if (this.#status === undefined && this.#error === undefined) return toldEvidence(text);
    const said = this.#said ?? (this.#error instanceof Error ? this.#error.message : text);
    const status = this.#status !== undefined && this.#status >= 400 ? this.#status : undefined;
    return {
      text: status === undefined || said.startsWith(String(status)) ? said : `${status} ${said}`,
      status,
      error: this.#error,
      kind: this.#error instanceof WebPageError ? "format" : undefined,
      retryAfterMs: this.#retryAfterMs,
      noRetry: this.#noRetry,
    };
  }

  #seen(response: Response): Response {
    this.#status = response.status;
    if (response.headers.get("content-type")?.includes("text/html") === true) {
      void response.body?.cancel();
      throw new WebPageError();
    }
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(unhurried(response.body), { status, statusText, headers });
  }

  async #refused(response: Response): Promise<Response> {
    const { status, statusText, headers } = response;
    const body = (await response.text()).slice(0, MAX_ERROR_BODY_BYTES);
    this.#status = status;
    this.#said = saidIn(body) ?? (statusText || "no reason given");
    this.#retryAfterMs = retryAfter(headers, this.#said, this.#clock.now());
    this.#noRetry = headers.get("x-should-retry") === "false";
    return new Response(body, { status, statusText, headers });
  }
}

/** A page for people where an API was expected. */
class WebPageError extends Error {
  constructor() {
    super("the address answered with a web page, not with an API; check its baseUrl");
    this.name = "WebPageError";
  }
}

/** What the engine's account says, with the status and the words of a refusal that stands in it as JSON. */
function toldEvidence(text: string): Evidence {
  const start = text.indexOf("{");
  const body = start < 0 ? undefined : parsed(text.slice(start));
  const error = isObject(body) && isObject(body.error) ? body.error : undefined;
  const status =
    typeof error?.code === "number" && error.code >= 400 && error.code < 600 ? error.code : undefined;
  const said = error && messageIn(error)?.slice(0, MAX_HEARD_CHARS);
  return status === undefined || said === undefined ? { text } : { text: `${status} ${said}`, status };
}

/** The words in the body of a refusal. */
function saidIn(body: string): string | undefined {
  const text = messageIn(parsed(body)) ?? (body.trimStart().startsWith("<") ? undefined : body.trim());
  return text === undefined || text === "" ? undefined : text.slice(0, MAX_HEARD_CHARS);
}

function messageIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return messageIn(value[0]);
  if (!isObject(value)) return undefined;
  const { error, message, detail, code } = value;
  if (typeof error === "string") return error;
  if (error !== undefined) return messageIn(error);
  const text = [message, detail].find((one) => typeof one === "string");
  // Some say the reason in the code and a mere courtesy in the message.
  const reason = code === "insufficient_quota" || code === "context_length_exceeded" ? code : undefined;
  if (typeof text !== "string") return typeof code === "string" ? code : undefined;
  return reason === undefined ? text : `${text} (${reason})`;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

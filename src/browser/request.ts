/** One request to browser control, by whichever way it came: HTTP, the gateway's method, or an agent's tool. */
export interface BrowserAsk {
  readonly method: "GET" | "POST" | "DELETE";
  /** Path of a route, such as `/tabs/open`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** What a body of JSON said. */
  readonly body?: unknown;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** The answer: an HTTP status and a body that is JSON; `{error, code?, reason?, details?}` unless the status is 200. */
export interface BrowserReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

import type { BrowserAsk, BrowserReply } from "../../browser/index.ts";
import type { Clock } from "../../lib/clock.ts";
import { browser as spec, invalidRequest, unavailable } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";

export interface BrowserHandlersDeps {
  readonly browser: { request(ask: BrowserAsk): Promise<BrowserReply> };
  readonly clock: Clock;
}

/** `browser.request`: the routes of browser control for whoever is connected, from wherever. */
export function browserHandlers({ browser, clock }: BrowserHandlersDeps): BoundMethod[] {
  return [
    handle(spec.request, async ({ method, path, query, body, timeoutMs }, { signal }) => {
      const late = new AbortController();
      const timer = timeoutMs
        ? clock.after(timeoutMs, () => late.abort(new Error("out of time")))
        : undefined;
      try {
        const reply = await browser.request({
          method,
          path,
          query: Object.fromEntries(
            Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]),
          ),
          body,
          signal: AbortSignal.any([signal, late.signal]),
        });
        if (reply.status === 200) return reply.body;
        const { error, ...facts } = reply.body;
        const details = { status: reply.status, ...facts };
        const message = typeof error === "string" ? error : `browser request failed (${reply.status})`;
        throw reply.status >= 500 ? unavailable(message, { details }) : invalidRequest(message, { details });
      } finally {
        timer?.cancel();
      }
    }),
  ];
}

import { recordOf } from "../../lib/records.ts";
import type { BrowserDeps } from "../deps.ts";
import { BrowserError } from "../errors.ts";
import { isPortFree } from "../profiles/free-port.ts";
import { ProfileBook } from "../profiles/profile-book.ts";
import type { BrowserAsk } from "../request.ts";
import { profileRoutes } from "./profile-routes.ts";
import { type BrowserRoute, findRoute } from "./route.ts";

/** Browser control once it is needed: the routes, and what stands behind them. */
export class BrowserControl {
  readonly #routes: readonly BrowserRoute[];

  constructor(deps: BrowserDeps) {
    const book = new ProfileBook({ ...deps, isFree: isPortFree });
    this.#routes = [...profileRoutes(book)];
  }

  /** @throws BrowserError */
  async answer(ask: BrowserAsk): Promise<Readonly<Record<string, unknown>>> {
    const found = findRoute(this.#routes, ask);
    if (!found) throw new BrowserError(404, `Browser control has no ${ask.method} ${ask.path}.`);
    const { route, params } = found;
    return route.run({ params, query: ask.query ?? {}, body: recordOf(ask.body), signal: ask.signal });
  }

  /** Ends every browser that was started here; the next request may start one again. */
  async stop(): Promise<void> {}
}

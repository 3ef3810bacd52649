import { join } from "node:path";
import { recordOf } from "../../lib/records.ts";
import { CdpError } from "../cdp/connection.ts";
import type { BrowserDeps } from "../deps.ts";
import { BrowserError } from "../errors.ts";
import { isPortFree } from "../profiles/free-port.ts";
import { ProfileBook } from "../profiles/profile-book.ts";
import type { BrowserAsk } from "../request.ts";
import { KeptFiles } from "./kept-files.ts";
import { lifecycleRoutes } from "./lifecycle-routes.ts";
import { lookRoutes } from "./look-routes.ts";
import { profileRoutes } from "./profile-routes.ts";
import { type BrowserRoute, findRoute } from "./route.ts";
import { RunningBrowsers } from "./running-browsers.ts";
import { tabRoutes, tabsOf } from "./tab-routes.ts";

/** Browser control once it is needed: the routes, and what stands behind them. */
export class BrowserControl {
  readonly #routes: readonly BrowserRoute[];
  readonly #browsers: RunningBrowsers;

  constructor(deps: BrowserDeps) {
    const book = new ProfileBook({ ...deps, isFree: isPortFree });
    const browsers = new RunningBrowsers(deps);
    const tabs = tabsOf(book, browsers);
    const files = new KeptFiles(join(deps.paths.stateDir, "media", "browser"), deps.clock, deps.ids);
    this.#browsers = browsers;
    this.#routes = [
      ...profileRoutes(book, browsers),
      ...lifecycleRoutes(book, browsers, deps),
      ...tabRoutes(book, browsers, tabs, deps),
      ...lookRoutes(tabs, files),
    ];
  }

  /** @throws BrowserError */
  async answer(ask: BrowserAsk): Promise<Readonly<Record<string, unknown>>> {
    const found = findRoute(this.#routes, ask);
    if (!found) throw new BrowserError(404, `Browser control has no ${ask.method} ${ask.path}.`);
    const { route, params } = found;
    return route.run({ params, query: ask.query ?? {}, body: recordOf(ask.body) }).catch((error: unknown) => {
      if (!(error instanceof CdpError)) throw error;
      throw new BrowserError(500, `The browser did not do it: ${error.message}.`, {}, { cause: error });
    });
  }

  /** Ends every browser that was started here; the next request may start one again. */
  stop(): Promise<void> {
    return this.#browsers.stopAll();
  }
}

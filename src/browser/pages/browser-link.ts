import type { Protocol } from "devtools-protocol";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { CdpConnection } from "../cdp/connection.ts";
import { BrowserError } from "../errors.ts";
import type { AddressPolicy } from "../guard/address-policy.ts";
import { MAX_TABS } from "../limits.ts";
import { Page } from "./page.ts";

/** A tab as lists show it. */
export interface TabRow {
  readonly suggestedTargetId: string;
  readonly tabId: string;
  readonly label?: string;
  readonly targetId: string;
  readonly title: string;
  readonly url: string;
  readonly type: "page";
}

export interface BrowserLinkDeps {
  readonly policy: () => AddressPolicy;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Tab {
  readonly tabId: string;
  readonly page: Page;
  /** Settles when the page can be worked with; rejects when it is gone before. */
  readonly ready: Promise<void>;
  label: string | undefined;
}

/** A browser we are connected to: its tabs, each under the guard from its first request on. */
export class BrowserLink {
  readonly #tabs = new Map<string, Tab>();
  #lastTab = 0;
  /** The tab that is meant when none is named. */
  #current: string | undefined;

  private constructor(
    readonly connection: CdpConnection,
    private readonly deps: BrowserLinkDeps,
  ) {}

  /** Takes the tabs there are, and every one to come. @throws CdpError */
  static async open(connection: CdpConnection, deps: BrowserLinkDeps): Promise<BrowserLink> {
    const link = new BrowserLink(connection, deps);
    const { browser } = connection;
    browser.on("Target.attachedToTarget", (event) => link.#attached(event));
    browser.on("Target.detachedFromTarget", ({ sessionId }) => link.#detached(sessionId));
    await browser.send("Target.setDiscoverTargets", { discover: true });
    await browser.send("Target.setAutoAttach", {
      autoAttach: true,
      waitForDebuggerOnStart: true,
      flatten: true,
      filter: [{ type: "page" }, { exclude: true }],
    });
    await Promise.allSettled([...link.#tabs.values()].map(({ ready }) => ready));
    return link;
  }

  /** How many tabs are open. */
  get tabCount(): number {
    return this.#tabs.size;
  }

  /** Every tab, in the order they came. @throws CdpError */
  async tabs(): Promise<TabRow[]> {
    await this.#refresh();
    return [...this.#tabs.values()].map(rowOf);
  }

  /** The row of one page. @throws CdpError, BrowserError 404 */
  async row(page: Page): Promise<TabRow> {
    await this.#refresh();
    const tab = this.#tabs.get(page.targetId);
    if (!tab) throw gone();
    return rowOf(tab);
  }

  /**
   * The tab of a handle (`t1`, label, target id or the beginning of one), or the one last worked with.
   * @throws BrowserError 404 when there is none, 409 when several are meant
   */
  async find(handle: string | undefined): Promise<Page> {
    const tab = handle === undefined ? this.#default() : this.#named(handle);
    if (!tab)
      throw new BrowserError(404, handle === undefined ? "No tab is open." : `There is no tab "${handle}".`);
    await Promise.all([tab.ready, this.#refresh()]);
    this.#current = tab.page.targetId;
    return tab.page;
  }

  /** Opens a tab; the address is judged before anything is asked of it. @throws BrowserError */
  async open(url: string, label: string | undefined): Promise<Page> {
    if (this.#tabs.size >= MAX_TABS) {
      throw new BrowserError(507, `${MAX_TABS} tabs are open; close one first.`);
    }
    if (label !== undefined && [...this.#tabs.values()].some((tab) => tab.label === label)) {
      throw new BrowserError(409, `Another tab has the label "${label}".`);
    }
    await this.deps.policy().check(url);
    const { targetId } = await this.connection.browser.send("Target.createTarget", { url: "about:blank" });
    const tab = await this.#arrival(targetId);
    tab.label = label;
    this.#current = targetId;
    if (url === "about:blank") return tab.page;
    try {
      await tab.page.navigate(url);
    } catch (error) {
      await this.close(tab.page).catch(() => undefined);
      throw error;
    }
    return tab.page;
  }

  async focus(page: Page): Promise<void> {
    await this.connection.browser.send("Target.activateTarget", { targetId: page.targetId });
    this.#current = page.targetId;
  }

  async close(page: Page): Promise<void> {
    await this.connection.browser.send("Target.closeTarget", { targetId: page.targetId });
    this.#forget(page.targetId);
  }

  /** Titles change without a word. */
  async #refresh(): Promise<void> {
    const { targetInfos } = await this.connection.browser.send("Target.getTargets");
    for (const { targetId, title, url } of targetInfos) {
      const page = this.#tabs.get(targetId)?.page;
      if (page) Object.assign(page, { title, url });
    }
  }

  #default(): Tab | undefined {
    return this.#tabs.get(this.#current ?? "") ?? [...this.#tabs.values()].at(-1);
  }

  #named(handle: string): Tab | undefined {
    const tabs = [...this.#tabs.values()];
    const exact = tabs.find(({ tabId, label, page }) => [tabId, label, page.targetId].includes(handle));
    if (exact) return exact;
    const begun = tabs.filter(({ page }) => page.targetId.toLowerCase().startsWith(handle.toLowerCase()));
    if (begun.length > 1) throw new BrowserError(409, `"${handle}" is the beginning of several tabs.`);
    return begun[0];
  }

  /** The browser tells of a new tab by itself, before or after it answers that it made it. */
  async #arrival(targetId: string): Promise<Tab> {
    const known = this.#tabs.get(targetId);
    if (known) return known.ready.then(() => known);
    const { promise, resolve, reject } = Promise.withResolvers<Tab>();
    const stop = this.connection.browser.on("Target.attachedToTarget", ({ targetInfo }) => {
      const tab = this.#tabs.get(targetId);
      if (targetInfo.targetId === targetId && tab) tab.ready.then(() => resolve(tab), reject);
    });
    const { closed } = this.connection;
    return Promise.race([promise, closed.then(() => Promise.reject(gone()))]).finally(stop);
  }

  #attached({ sessionId, targetInfo, waitingForDebugger }: Protocol.Target.AttachedToTargetEvent): void {
    const session = this.connection.session(sessionId);
    if (targetInfo.type !== "page") {
      if (waitingForDebugger) void session.send("Runtime.runIfWaitingForDebugger").catch(() => undefined);
      return;
    }
    const { connection, deps } = this;
    const page = new Page(targetInfo.targetId, session, targetInfo, { ...deps, connection });
    const ready = page.prepare();
    ready.catch((error: unknown) => deps.log.debug("a tab was gone before it was ready", { error }));
    this.#tabs.set(page.targetId, { tabId: `t${++this.#lastTab}`, page, ready, label: undefined });
  }

  #detached(sessionId: string): void {
    for (const [targetId, { page }] of this.#tabs) if (page.session.id === sessionId) this.#forget(targetId);
    this.connection.forget(sessionId);
  }

  #forget(targetId: string): void {
    this.#tabs.delete(targetId);
    if (this.#current === targetId) this.#current = undefined;
  }
}

function rowOf({ tabId, page, label }: Tab): TabRow {
  const { targetId, title, url } = page;
  return {
    suggestedTargetId: label ?? tabId,
    tabId,
    ...(label !== undefined && { label }),
    targetId,
    title,
    url,
    type: "page",
  };
}

function gone(): BrowserError {
  return new BrowserError(404, "The tab is gone.");
}

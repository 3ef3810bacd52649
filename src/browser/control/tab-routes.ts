import { BrowserError } from "../errors.ts";
import { act, refuseWhileAsked } from "../pages/act/act.ts";
import type { BrowserLink } from "../pages/browser-link.ts";
import type { Page } from "../pages/page.ts";
import type { ProfileBook } from "../profiles/profile-book.ts";
import type { BrowserDeps } from "../deps.ts";
import type { BrowserRoute, RouteAsk } from "./route.ts";
import type { RunningBrowsers } from "./running-browsers.ts";
import { numberIn, switchIn, textIn } from "../fields.ts";
import { MAX_WAIT_MS } from "../limits.ts";

/** What routes about tabs find their way by. */
export interface Tabs {
  /** The browser of the profile that was asked about, started when it does not run. */
  readonly link: (ask: RouteAsk) => Promise<BrowserLink>;
  /** The tab that was asked about, by `targetId` of the body or the query. */
  readonly page: (ask: RouteAsk) => Promise<{ readonly link: BrowserLink; readonly page: Page }>;
}

/** The tabs of browsers that are started when they are asked for. */
export function tabsOf(book: ProfileBook, browsers: RunningBrowsers): Tabs {
  const link: Tabs["link"] = async ({ query, body }) => {
    const profile = await book.find(textIn(query, "profile") ?? textIn(body, "profile"));
    return (await browsers.ensure(profile)).link;
  };
  return {
    link,
    async page(ask) {
      const found = await link(ask);
      const handle = textIn(ask.body, "targetId") ?? textIn(ask.query, "targetId");
      const isEmpty = handle === undefined && found.tabCount === 0;
      return {
        link: found,
        page: isEmpty ? await found.open("about:blank", undefined) : await found.find(handle),
      };
    },
  };
}

/** Tabs, where they go, and what is done in them. */
export function tabRoutes(
  book: ProfileBook,
  browsers: RunningBrowsers,
  { link, page: pageOf }: Tabs,
  { config, clock }: BrowserDeps,
): BrowserRoute[] {
  return [
    {
      method: "GET",
      path: "/tabs",
      async run({ query }) {
        const { name } = await book.find(textIn(query, "profile"));
        const running = await browsers.running(name);
        return { running: running !== undefined, tabs: (await running?.link.tabs()) ?? [] };
      },
    },
    {
      method: "POST",
      path: "/tabs/open",
      async run(ask) {
        const url = textIn(ask.body, "url");
        if (url === undefined) throw new BrowserError(400, "url is required");
        const found = await link(ask);
        return { ...(await found.row(await found.open(url, labelIn(ask.body)))) };
      },
    },
    {
      method: "POST",
      path: "/tabs/focus",
      async run(ask) {
        if (textIn(ask.body, "targetId") === undefined) throw new BrowserError(400, "targetId is required");
        const { link: found, page } = await pageOf(ask);
        await found.focus(page);
        return { ok: true, targetId: page.targetId };
      },
    },
    {
      method: "DELETE",
      path: "/tabs/*",
      async run(ask) {
        const found = await link(ask);
        const page = await found.find(ask.params[0]);
        await found.close(page);
        return { ok: true, targetId: page.targetId };
      },
    },
    {
      method: "POST",
      path: "/navigate",
      async run(ask) {
        const url = textIn(ask.body, "url");
        if (url === undefined) throw new BrowserError(400, "url is required");
        const { page } = await pageOf(ask);
        refuseWhileAsked(page);
        const timeoutMs = numberIn(ask.body, "timeoutMs");
        await page.navigate(url, timeoutMs === undefined ? undefined : Math.min(timeoutMs, MAX_WAIT_MS));
        return { ok: true, targetId: page.targetId, url: page.url };
      },
    },
    {
      method: "POST",
      path: "/act",
      async run(ask) {
        const { link: found, page } = await pageOf(ask);
        if (ask.body["kind"] === "close") {
          await found.close(page);
          return { ok: true, targetId: page.targetId };
        }
        const scripts = config().browser?.evaluateEnabled ?? true;
        const told = await act(page, ask.body, { scripts, clock });
        return { ok: true, targetId: page.targetId, url: page.url, ...told };
      },
    },
    {
      method: "POST",
      path: "/hooks/dialog",
      async run(ask) {
        const accept = switchIn(ask.body, "accept");
        if (accept === undefined) throw new BrowserError(400, "accept is required");
        const { page } = await pageOf(ask);
        const text = ask.body["promptText"];
        const promptText = typeof text === "string" ? text : undefined;
        const handled = await page.dialogs.answer({ accept, promptText }, textIn(ask.body, "dialogId"));
        return { ok: true, targetId: page.targetId, ...(handled ? { handled } : { armed: true }) };
      },
    },
  ];
}

function labelIn(body: RouteAsk["body"]): string | undefined {
  const label = textIn(body, "label");
  if (label === undefined || /^[\w.-]{1,64}$/.test(label)) return label;
  throw new BrowserError(
    400,
    `The label "${label}" cannot be used: letters, digits, "-", "_" and ".", at most 64.`,
  );
}

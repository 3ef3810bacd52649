import type { BrowserDeps } from "../deps.ts";
import type { Profile } from "../profiles/profile.ts";
import type { ProfileBook } from "../profiles/profile-book.ts";
import { placeOf } from "./profile-routes.ts";
import type { BrowserRoute, RouteAsk } from "./route.ts";
import type { Running, RunningBrowsers } from "./running-browsers.ts";
import { switchIn, textIn } from "../fields.ts";

/** Status, start and stop of the browser of one profile. */
export function lifecycleRoutes(
  book: ProfileBook,
  browsers: RunningBrowsers,
  deps: BrowserDeps,
): BrowserRoute[] {
  const profileOf = ({ query }: RouteAsk) => book.find(textIn(query, "profile"));
  return [
    {
      method: "GET",
      path: "/",
      async run(ask) {
        const profile = await profileOf(ask);
        return statusOf(profile, await browsers.running(profile.name), browsers, deps);
      },
    },
    {
      method: "POST",
      path: "/start",
      async run(ask) {
        const profile = await profileOf(ask);
        const headless = switchIn(ask.query, "headless") ?? switchIn(ask.body, "headless");
        const running = await browsers.ensure(profile, { headless });
        return { ok: true, profile: profile.name, ...ownFacts(running) };
      },
    },
    {
      method: "POST",
      path: "/stop",
      async run(ask) {
        const profile = await profileOf(ask);
        return { ok: true, stopped: await browsers.stop(profile.name), profile: profile.name };
      },
    },
  ];
}

function ownFacts({ own }: Running): Record<string, unknown> {
  return own
    ? { pid: own.pid, headless: own.headless.value, headlessSource: own.headless.source }
    : { pid: null };
}

function statusOf(
  profile: Profile,
  running: Running | undefined,
  browsers: RunningBrowsers,
  { config }: BrowserDeps,
): Record<string, unknown> {
  const local = profile.kind === "local" ? profile : undefined;
  const found = local && browsers.programOf(local);
  const headless = running?.own?.headless ?? local?.headless;
  return {
    enabled: true,
    profile: profile.name,
    driver: "openclaw",
    transport: "cdp",
    running: running !== undefined,
    cdpReady: running !== undefined,
    pid: running?.own?.pid ?? null,
    ...placeOf(profile),
    chosenBrowser: running?.own?.kind ?? null,
    detectedBrowser: found?.kind ?? null,
    detectedExecutablePath: found?.path ?? null,
    color: profile.color,
    headless: headless?.value ?? null,
    headlessSource: headless?.source ?? null,
    noSandbox: config().browser?.noSandbox ?? false,
    evaluateEnabled: config().browser?.evaluateEnabled ?? true,
    executablePath: local?.executablePath ?? null,
    attachOnly: local?.attachOnly ?? true,
  };
}

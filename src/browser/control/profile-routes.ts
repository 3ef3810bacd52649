import { BrowserError } from "../errors.ts";
import type { Profile } from "../profiles/profile.ts";
import type { ProfileBook } from "../profiles/profile-book.ts";
import type { BrowserRoute } from "./route.ts";
import type { RunningBrowsers } from "./running-browsers.ts";
import { textIn } from "../fields.ts";

/** Profiles: which there are, making and deleting them. */
export function profileRoutes(book: ProfileBook, browsers: RunningBrowsers): BrowserRoute[] {
  return [
    {
      method: "GET",
      path: "/profiles",
      run: async () => {
        const profiles = await book.list();
        const rows = profiles.map(async (profile) => {
          const running = await browsers.running(profile.name);
          const seen = { running: running !== undefined, tabCount: running?.link.tabCount ?? 0 };
          return { ...profileRow(profile, book.defaultName), ...seen };
        });
        return { profiles: await Promise.all(rows) };
      },
    },
    {
      method: "POST",
      path: "/profiles/create",
      run: async ({ body }) => {
        const name = textIn(body, "name");
        if (name === undefined) throw new BrowserError(400, "name is required");
        const driver = textIn(body, "driver");
        if (driver !== undefined && driver !== "openclaw" && driver !== "clawd") {
          throw new BrowserError(400, `unsupported profile driver "${driver}"; use "openclaw"`);
        }
        const color = colorIn(textIn(body, "color"));
        const cdpUrl = cdpUrlIn(textIn(body, "cdpUrl"));
        const made = await book.create(name, { ...(color && { color }), ...(cdpUrl && { cdpUrl }) });
        return { ok: true, profile: made.name, ...placeOf(made), color: made.color };
      },
    },
    {
      method: "DELETE",
      path: "/profiles/*",
      run: async ({ params: [name = ""] }) => {
        const movedTo = await book.remove(name, () => browsers.stop(name));
        return { ok: true, profile: name, deleted: true, ...(movedTo !== undefined && { movedTo }) };
      },
    },
  ];
}

/** A profile as lists show it. */
function profileRow(profile: Profile, defaultName: string): Record<string, unknown> {
  return {
    name: profile.name,
    driver: "openclaw",
    transport: "cdp",
    ...placeOf(profile),
    color: profile.color,
    source: profile.source,
    isDefault: profile.name === defaultName,
  };
}

/** Where its browser is; the address of one elsewhere without what may be a secret in it. */
export function placeOf(profile: Profile): Record<string, unknown> {
  if (profile.kind === "local") {
    const { cdpPort, userDataDir } = profile;
    return { cdpPort, cdpUrl: `http://127.0.0.1:${cdpPort}`, userDataDir, isRemote: false };
  }
  const url = URL.parse(profile.cdpUrl);
  const cdpUrl = url ? `${url.protocol}//${url.host}` : null;
  return { cdpPort: null, cdpUrl, userDataDir: null, isRemote: true };
}

function colorIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^#?[0-9a-f]{6}$/i.test(text)) return `#${text.replace("#", "").toUpperCase()}`;
  throw new BrowserError(400, `"${text}" is no colour: use six hex digits, for example #0066CC`);
}

function cdpUrlIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url && /^(?:https?|wss?):$/.test(url.protocol)) return text;
  throw new BrowserError(400, "cdpUrl must begin with http://, https://, ws:// or wss://");
}

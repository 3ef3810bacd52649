import { BrowserError } from "../errors.ts";
import { ARIA_MAX_NODES, ARIA_NODES, EFFICIENT_MAX_CHARS, SNAPSHOT_MAX_CHARS } from "../limits.ts";
import { refuseWhileAsked } from "../pages/act/act.ts";
import { printPage, takePicture } from "../pages/picture.ts";
import { ariaSnapshot } from "../pages/snapshot/aria-snapshot.ts";
import { readTree } from "../pages/snapshot/element-tree.ts";
import { textSnapshot } from "../pages/snapshot/text-snapshot.ts";
import type { Page } from "../pages/page.ts";
import type { KeptFiles } from "./kept-files.ts";
import type { BrowserRoute, RouteAsk } from "./route.ts";
import type { Tabs } from "./tab-routes.ts";
import { numberIn, switchIn, textIn } from "../fields.ts";

/** What can be seen of a page: its elements, a picture, what it said. */
export function lookRoutes({ page: pageOf }: Tabs, files: KeptFiles): BrowserRoute[] {
  return [
    {
      method: "GET",
      path: "/snapshot",
      async run(ask) {
        const { page } = await pageOf(ask);
        refuseWhileAsked(page);
        return {
          ok: true,
          targetId: page.targetId,
          url: page.url,
          title: page.title,
          ...(await snapshot(page, ask.query)),
        };
      },
    },
    {
      method: "POST",
      path: "/screenshot",
      async run(ask) {
        const { page } = await pageOf(ask);
        refuseWhileAsked(page);
        const { body } = ask;
        const type = textIn(body, "type") ?? "png";
        if (type !== "png" && type !== "jpeg") throw new BrowserError(400, "type must be png or jpeg");
        const fullPage = switchIn(body, "fullPage") ?? false;
        const options = {
          fullPage,
          ref: textIn(body, "ref"),
          element: textIn(body, "element"),
          type,
        } as const;
        return fileOf(page, body, await takePicture(page, options), type === "png" ? "png" : "jpg");
      },
    },
    {
      method: "POST",
      path: "/pdf",
      async run(ask) {
        const { page } = await pageOf(ask);
        refuseWhileAsked(page);
        return fileOf(page, ask.body, await printPage(page), "pdf");
      },
    },
    {
      method: "GET",
      path: "/console",
      async run(ask) {
        const { page } = await pageOf(ask);
        const level = textIn(ask.query, "level");
        if (level !== undefined && level !== "error" && level !== "warning" && level !== "info") {
          throw new BrowserError(400, "level must be error, warning or info");
        }
        return { ok: true, targetId: page.targetId, messages: page.console.entries(level) };
      },
    },
    {
      method: "GET",
      path: "/dialogs",
      async run(ask) {
        const { page } = await pageOf(ask);
        return { ok: true, targetId: page.targetId, pending: [page.dialogs.pending].filter(Boolean) };
      },
    },
  ];

  /** The bytes themselves only for whoever asks: the others are on this machine, or are told where it is. */
  async function fileOf(
    page: Page,
    body: RouteAsk["body"],
    bytes: Uint8Array,
    extension: "png" | "jpg" | "pdf",
  ) {
    const path = await files.keep(bytes, extension);
    const contentType = { png: "image/png", jpg: "image/jpeg", pdf: "application/pdf" }[extension];
    const data = switchIn(body, "inline") ? { data: Buffer.from(bytes).toString("base64") } : {};
    return {
      ok: true,
      path,
      targetId: page.targetId,
      url: page.url,
      contentType,
      bytes: bytes.length,
      ...data,
    };
  }
}

async function snapshot(page: Page, query: RouteAsk["query"]): Promise<Record<string, unknown>> {
  const format = textIn(query, "format") ?? "ai";
  if (format !== "ai" && format !== "aria") throw new BrowserError(400, "format must be ai or aria");
  const efficient = textIn(query, "mode") === "efficient";
  const roots = await readTree(page, textIn(query, "selector"));
  if (format === "aria") {
    if (efficient) throw new BrowserError(400, "mode=efficient requires format=ai");
    const limit = Math.min(numberIn(query, "limit") ?? ARIA_NODES, ARIA_MAX_NODES);
    const { nodes, elements } = ariaSnapshot(roots, limit);
    page.refs.replace(elements);
    return { format, nodes };
  }
  const longest = efficient ? EFFICIENT_MAX_CHARS : SNAPSHOT_MAX_CHARS;
  const taken = textSnapshot(roots, {
    interactive: switchIn(query, "interactive") ?? efficient,
    compact: switchIn(query, "compact") ?? efficient,
    depth: numberIn(query, "depth"),
    urls: switchIn(query, "urls") ?? false,
    maxChars: Math.min(numberIn(query, "maxChars") || longest, SNAPSHOT_MAX_CHARS),
    query: textIn(query, "query"),
  });
  page.refs.replace(taken.elements);
  const refs = [...taken.elements].map(([ref, { role, name }]) => [ref, { role, name: name.slice(0, 200) }]);
  const { text } = taken;
  return {
    format,
    snapshot: text,
    ...(taken.truncated && { truncated: true }),
    ...(taken.matches !== undefined && { matches: taken.matches }),
    refs: Object.fromEntries(refs),
    stats: {
      lines: text === "" ? 0 : text.split("\n").length,
      chars: text.length,
      refs: taken.elements.size,
      interactive: taken.interactive,
    },
  };
}

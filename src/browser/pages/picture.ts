import type { Protocol } from "devtools-protocol";
import { BrowserError } from "../errors.ts";
import { MAX_PICTURE_HEIGHT } from "../limits.ts";
import type { Page } from "./page.ts";

/** What of a page is pictured. */
export interface PictureOptions {
  readonly fullPage: boolean;
  /** An element of the last snapshot. */
  readonly ref: string | undefined;
  /** An element by CSS selector. */
  readonly element: string | undefined;
  readonly type: "png" | "jpeg";
}

const JPEG_QUALITY = 80;

/** A picture of the window, of the whole page, or of one element. @throws BrowserError */
export async function takePicture(page: Page, options: PictureOptions): Promise<Uint8Array> {
  const { fullPage, ref, element, type } = options;
  if (fullPage && (ref !== undefined || element !== undefined)) {
    throw new BrowserError(400, "fullPage is not supported for element screenshots");
  }
  const { session } = page;
  await page.bringToFront();
  const clip = fullPage ? await wholePage(page) : await boxOf(page, ref, element);
  const { data } = await session.send("Page.captureScreenshot", {
    format: type,
    ...(type === "jpeg" && { quality: JPEG_QUALITY }),
    ...(clip && { clip, captureBeyondViewport: true }),
  });
  return Buffer.from(data, "base64");
}

/** The page on paper. @throws CdpError */
export async function printPage({ session }: Page): Promise<Uint8Array> {
  const { data } = await session.send("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
  return Buffer.from(data, "base64");
}

async function wholePage({ session }: Page): Promise<Protocol.Page.Viewport> {
  const { cssContentSize } = await session.send("Page.getLayoutMetrics");
  const { width, height } = cssContentSize;
  return { x: 0, y: 0, width, height: Math.min(height, MAX_PICTURE_HEIGHT), scale: 1 };
}

async function boxOf(
  page: Page,
  ref: string | undefined,
  selector: string | undefined,
): Promise<Protocol.Page.Viewport | undefined> {
  if (ref === undefined && selector === undefined) return undefined;
  const named = ref === undefined ? undefined : page.refs.find(ref);
  if (named && named.session !== page.session) {
    throw new BrowserError(400, "An element inside a frame of another site is not pictured by itself.");
  }
  const node = named
    ? { backendNodeId: named.backendNodeId }
    : { nodeId: await nodeOf(page, selector ?? "") };
  const { session } = page;
  await session.send("DOM.scrollIntoViewIfNeeded", node).catch(() => undefined);
  const [quad, { cssVisualViewport }] = await Promise.all([
    session
      .send("DOM.getContentQuads", node)
      .catch((): Protocol.DOM.GetContentQuadsResponse => ({ quads: [] })),
    session.send("Page.getLayoutMetrics"),
  ]);
  const [x1 = 0, y1 = 0, , , x3 = 0, y3 = 0] = quad.quads[0] ?? [];
  if (x3 <= x1 || y3 <= y1) throw new BrowserError(404, "The element is not visible.");
  const { pageX, pageY } = cssVisualViewport;
  return { x: x1 + pageX, y: y1 + pageY, width: x3 - x1, height: y3 - y1, scale: 1 };
}

async function nodeOf({ session }: Page, selector: string): Promise<number> {
  const { root } = await session.send("DOM.getDocument", { depth: 0 });
  const { nodeId } = await session.send("DOM.querySelector", { nodeId: root.nodeId, selector });
  if (nodeId === 0) throw new BrowserError(404, `There is no element ${selector}.`);
  return nodeId;
}

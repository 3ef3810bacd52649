import { decodeEntities } from "./entities.ts";
import { type ExtractMode, PageWriter } from "./page-writer.ts";

/** What a page says, without what is around it. */
export interface PageText {
  readonly title: string | undefined;
  readonly text: string;
}

/** Parts of a page that are not its text. */
const LEFT_OUT = new Set(
  (
    "script style noscript template svg math nav footer aside iframe object embed canvas video audio map " +
    "button select option datalist textarea dialog"
  ).split(" "),
);

/** Elements that begin and end a paragraph. */
const BLOCKS = new Set(
  "p div section article main header figure figcaption address details summary fieldset form table blockquote dl".split(
    " ",
  ),
);

const LINES = new Set("tr dt dd caption".split(" "));

/** A region with less text than this is a teaser or a frame, not the page. */
const REGION_MIN_CHARS = 200;

type Attributes = Pick<HTMLRewriterTypes.Element, "getAttribute" | "hasAttribute">;

/** The readable text of an HTML page: its main part or only article when it names one, else its body. */
export function readPage(html: string, url: string, mode: ExtractMode): PageText {
  const page = new Page(mode, url);
  new HTMLRewriter()
    .on("*", { element: (element) => page.open(element) })
    .onDocument({ text: (chunk) => page.text(chunk.text) })
    .transform(html);
  return page.result();
}

interface Region {
  readonly kind: "main" | "article";
  readonly start: number;
  end: number | undefined;
}

class Page {
  readonly #writer: PageWriter;
  readonly #regions: Region[] = [];
  #title: string | undefined;
  #inTitle = false;
  #inHead = false;
  #leftOut = 0;

  constructor(mode: ExtractMode, url: string) {
    this.#writer = new PageWriter(mode, url);
  }

  text(raw: string): void {
    if (this.#leftOut > 0) return;
    if (this.#inTitle) this.#title = (this.#title ?? "") + raw;
    else if (!this.#inHead) this.#writer.text(raw);
  }

  open(element: HTMLRewriterTypes.Element): void {
    const { tagName } = element;
    if (this.#leftOut > 0 || LEFT_OUT.has(tagName) || isHidden(element)) {
      if (onEnd(element, () => (this.#leftOut -= 1))) this.#leftOut += 1;
      return;
    }
    const close = this.#enter(tagName, element);
    if (close) onEnd(element, close);
  }

  result(): PageText {
    const whole = this.#writer.slice(0);
    const title = decodeEntities(this.#title ?? "")
      .replaceAll(/\s+/g, " ")
      .trim();
    return { title: title === "" ? undefined : title, text: this.#region() ?? whole };
  }

  #region(): string | undefined {
    const main = this.#regions.filter((region) => region.kind === "main");
    const articles = this.#regions.filter((region) => region.kind === "article");
    for (const region of [...main, ...(articles.length === 1 ? articles : [])]) {
      const text = this.#writer.slice(region.start, region.end);
      if (text.length >= REGION_MIN_CHARS) return text;
    }
    return undefined;
  }

  /** Writes what an element begins with; what it ends with is returned. */
  #enter(tag: string, attributes: Attributes): (() => void) | undefined {
    const writer = this.#writer;
    const heading = /^h([1-6])$/.exec(tag);
    if (heading) {
      writer.block(`${"#".repeat(Number(heading[1]))} `);
      return () => writer.endBlock();
    }
    if (tag === "main" || tag === "article" || attributes.getAttribute("role") === "main") {
      return this.#enterRegion(tag === "article" ? "article" : "main");
    }
    if (BLOCKS.has(tag)) {
      writer.block(tag === "blockquote" ? "> " : "");
      return () => writer.endBlock();
    }
    if (LINES.has(tag)) {
      writer.line();
      return () => writer.line();
    }
    return this.#enterInline(tag, attributes);
  }

  #enterInline(tag: string, attributes: Attributes): (() => void) | undefined {
    const writer = this.#writer;
    const both = (sign: string) => {
      writer.openSign(sign);
      return () => writer.closeSign(sign);
    };
    switch (tag) {
      case "head":
        this.#inHead = true;
        return () => (this.#inHead = false);
      case "body":
        this.#inHead = false;
        return undefined;
      case "title":
        this.#inTitle = this.#title === undefined;
        return () => (this.#inTitle = false);
      case "br":
        writer.line();
        return undefined;
      case "hr":
        writer.endBlock();
        writer.openSign("---");
        writer.endBlock();
        return undefined;
      case "ul":
      case "ol":
        writer.openList(tag === "ol");
        return () => writer.closeList();
      case "li":
        writer.item();
        return () => writer.line();
      case "td":
      case "th":
        writer.cell();
        return undefined;
      case "pre":
        writer.openPreformatted();
        return () => writer.closePreformatted();
      case "code":
        return writer.isPreformatted ? undefined : both("`");
      case "b":
      case "strong":
        return both("**");
      case "i":
      case "em":
        return both("_");
      case "a":
        writer.openLink(attributes.getAttribute("href") ?? undefined);
        return () => writer.closeLink();
      case "img":
        writer.image(
          attributes.getAttribute("alt") ?? undefined,
          attributes.getAttribute("src") ?? undefined,
        );
        return undefined;
      default:
        return undefined;
    }
  }

  #enterRegion(kind: Region["kind"]): () => void {
    this.#writer.endBlock();
    const region: Region = { kind, start: this.#writer.position, end: undefined };
    this.#regions.push(region);
    return () => {
      this.#writer.endBlock();
      region.end = this.#writer.position;
    };
  }
}

/** Not shown to people: what stands there is for machines, and not always well meant. */
function isHidden(element: Attributes): boolean {
  if (element.hasAttribute("hidden") || element.getAttribute("aria-hidden") === "true") return true;
  const style = element.getAttribute("style")?.replaceAll(/\s+/g, "").toLowerCase() ?? "";
  return /display:none|visibility:hidden|font-size:0(?![.\d])|opacity:0(?![.\d])/.test(style);
}

/** False for elements that have no end, such as `br`. */
function onEnd(element: HTMLRewriterTypes.Element, done: () => void): boolean {
  try {
    element.onEndTag(() => done());
    return true;
  } catch {
    return false;
  }
}

import { decodeEntities } from "./entities.ts";

/** How a page is written down. */
export type ExtractMode = "markdown" | "text";

interface List {
  readonly ordered: boolean;
  count: number;
}

interface Link {
  readonly href: string | undefined;
  /** Number of pieces there were when it began. */
  readonly start: number;
}

/** Lists in lists are indented up to here; a page that goes deeper is not meant for people. */
const MAX_INDENT = 8;

/**
 * Writes text and the structure around it, piece by piece, as Markdown or plain text. Blanks and line breaks are owed
 * until something follows them, so that none is left over.
 */
export class PageWriter {
  readonly #pieces: string[] = [];
  readonly #lists: List[] = [];
  readonly #links: Link[] = [];
  #source = "";
  #owedBreaks = 0;
  #owedBlank = false;
  /** Nothing stands on this line yet but a marker, so that no blank is needed. */
  #fresh = true;
  /** The last piece was the marker of a line, which waits for what it marks. */
  #marked = false;
  #preformatted = 0;

  constructor(
    private readonly mode: ExtractMode,
    private readonly base: string,
  ) {}

  get isPreformatted(): boolean {
    return this.#preformatted > 0;
  }

  /** Where the next piece will stand, for `slice`. */
  get position(): number {
    this.#flush();
    return this.#pieces.length;
  }

  /** What was written between two positions. */
  slice(start: number, end?: number): string {
    this.#flush();
    return this.#pieces.slice(start, end).join("").trim();
  }

  /** Text as it stands in the source; it may come in pieces. */
  text(source: string): void {
    this.#source += source;
  }

  /** A sign before what it marks; only Markdown has them. */
  openSign(sign: string): void {
    this.#flush();
    if (this.mode === "markdown") this.#mark(sign);
  }

  /** A sign right after what it marks. */
  closeSign(sign: string): void {
    this.#flush();
    if (this.mode === "markdown" && this.#owedBreaks === 0) this.#pieces.push(sign);
  }

  /** A paragraph begins, with `prefix`; right after a marker it goes on there. */
  block(prefix = ""): void {
    this.#flush();
    if (!this.#marked) this.#owe(2);
    if (prefix !== "") this.openSign(prefix);
  }

  endBlock(): void {
    this.#flush();
    this.#owe(2);
  }

  line(): void {
    this.#flush();
    this.#owe(1);
  }

  openList(ordered: boolean): void {
    if (this.#lists.length === 0) this.endBlock();
    else this.line();
    this.#lists.push({ ordered, count: 0 });
  }

  closeList(): void {
    this.#lists.pop();
    if (this.#lists.length === 0) this.endBlock();
    else this.line();
  }

  item(): void {
    this.line();
    const list = this.#lists.at(-1);
    if (list) list.count += 1;
    // Only a list as a whole stands apart.
    if (this.#lists.length > 1 || (list?.count ?? 0) > 1) this.#owedBreaks = 1;
    const indent = "  ".repeat(Math.min(Math.max(0, this.#lists.length - 1), MAX_INDENT));
    this.#mark(`${indent}${list?.ordered ? `${list.count}.` : "-"} `);
  }

  cell(): void {
    this.#flush();
    this.#write(this.#owedBreaks > 0 || this.#pieces.length === 0 ? "| " : " | ");
    this.#fresh = true;
  }

  openPreformatted(): void {
    this.endBlock();
    this.openSign("```\n");
    this.#preformatted += 1;
  }

  closePreformatted(): void {
    this.#flush();
    this.#preformatted = Math.max(0, this.#preformatted - 1);
    if (this.mode === "markdown") {
      const ended = this.#pieces.at(-1)?.endsWith("\n") ?? true;
      this.#pieces.push(ended ? "```" : "\n```");
    }
    this.endBlock();
  }

  openLink(href: string | undefined): void {
    this.#flush();
    this.#links.push({ href: this.#target(href), start: this.#pieces.length });
  }

  closeLink(): void {
    this.#flush();
    const link = this.#links.pop();
    if (!link?.href || this.mode === "text") return;
    const words = this.#pieces.slice(link.start).join("");
    const label = words.trim();
    if (label === "" || label.includes("\n")) return;
    const lead = words.slice(0, words.length - words.trimStart().length);
    this.#pieces.splice(link.start, this.#pieces.length, `${lead}[${label}](${link.href})`);
  }

  image(alt: string | undefined, source: string | undefined): void {
    const words = decodeEntities(alt ?? "")
      .replaceAll(/\s+/g, " ")
      .trim();
    const target = this.#target(source);
    if (words === "" || target === undefined) return;
    this.#flush();
    this.#write(this.mode === "markdown" ? `![${words}](${target})` : words);
  }

  #target(href: string | undefined): string | undefined {
    const url = URL.parse(decodeEntities(href ?? "").trim(), this.base);
    const leadsOn = url?.protocol === "http:" || url?.protocol === "https:" || url?.protocol === "mailto:";
    return href && !href.trim().startsWith("#") && leadsOn ? url.href : undefined;
  }

  /** Writes what came of the source so far. */
  #flush(): void {
    if (this.#source === "") return;
    const text = decodeEntities(this.#source);
    this.#source = "";
    if (this.#preformatted > 0) {
      this.#write(text);
      return;
    }
    const words = text.replaceAll(/\s+/g, " ");
    if (words.startsWith(" ") && !this.#fresh) this.#owedBlank = true;
    const trimmed = words.trim();
    if (trimmed === "") return;
    this.#write(trimmed);
    this.#owedBlank = words.endsWith(" ");
  }

  #owe(breaks: number): void {
    this.#owedBlank = false;
    this.#fresh = true;
    this.#marked = false;
    this.#owedBreaks = Math.max(this.#owedBreaks, breaks);
  }

  #write(piece: string): void {
    if (this.#pieces.length > 0) {
      if (this.#owedBreaks > 0) this.#pieces.push("\n".repeat(this.#owedBreaks));
      else if (this.#owedBlank) this.#pieces.push(" ");
    }
    this.#owedBreaks = 0;
    this.#owedBlank = false;
    this.#fresh = false;
    this.#marked = false;
    this.#pieces.push(piece);
  }

  #mark(sign: string): void {
    this.#write(sign);
    this.#fresh = true;
    this.#marked = true;
  }
}

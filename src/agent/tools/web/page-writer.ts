import { decodeEntities } from "./entities.ts";

/** How a page is written down. */
export type ExtractMode = "markdown" | "text";

interface List {
  readonly ordered: boolean;
  count: number;
}

interface Link {
  readonly href: string | undefined;
  readonly start: number;
}

/** Writes text and the structure around it, piece by piece, as Markdown or plain text. */
export class PageWriter {
  #out = "";
  #pending = "";
  #preformatted = 0;
  readonly #lists: List[] = [];
  readonly #links: Link[] = [];

  constructor(
    private readonly mode: ExtractMode,
    private readonly base: string,
  ) {}

  /** Characters written so far; marks where a region begins or ends. */
  get length(): number {
    this.#flush();
    return this.#out.length;
  }

  get isPreformatted(): boolean {
    return this.#preformatted > 0;
  }

  slice(start: number, end?: number): string {
    this.#flush();
    return this.#out
      .slice(start, end)
      .replaceAll(/[ \t]+\n/g, "\n")
      .replaceAll(/\n{3,}/g, "\n\n")
      .trim();
  }

  /** Text as it stands in the source; it may come in pieces. */
  text(raw: string): void {
    this.#pending += raw;
  }

  /** A sign that only Markdown has. */
  sign(sign: string): void {
    this.#flush();
    if (this.mode === "markdown") this.#out += sign;
  }

  /** A paragraph ends, or one begins with `prefix`. */
  block(prefix = ""): void {
    this.#flush();
    this.#ensure("\n\n");
    this.sign(prefix);
  }

  line(): void {
    this.#flush();
    this.#ensure("\n");
  }

  openList(ordered: boolean): void {
    if (this.#lists.length === 0) this.block();
    else this.line();
    this.#lists.push({ ordered, count: 0 });
  }

  closeList(): void {
    this.#lists.pop();
    if (this.#lists.length === 0) this.block();
    else this.line();
  }

  item(): void {
    this.line();
    const list = this.#lists.at(-1);
    if (list) list.count += 1;
    const indent = "  ".repeat(Math.max(0, this.#lists.length - 1));
    this.#out += `${indent}${list?.ordered ? `${list.count}.` : "-"} `;
  }

  openPreformatted(): void {
    this.block("```\n");
    this.#preformatted += 1;
  }

  closePreformatted(): void {
    this.#flush();
    this.#preformatted = Math.max(0, this.#preformatted - 1);
    this.#ensure("\n");
    this.sign("```");
    this.block();
  }

  openLink(href: string | undefined): void {
    this.#flush();
    this.#links.push({ href: this.#target(href), start: this.#out.length });
  }

  closeLink(): void {
    this.#flush();
    const link = this.#links.pop();
    if (!link?.href || this.mode === "text") return;
    const words = this.#out.slice(link.start);
    const label = words.trim();
    if (label === "" || label.includes("\n")) return;
    this.#out = `${this.#out.slice(0, link.start)}${words.startsWith(" ") ? " " : ""}[${label}](${link.href})`;
  }

  image(alt: string | undefined, source: string | undefined): void {
    const words = decodeEntities(alt ?? "")
      .replaceAll(/\s+/g, " ")
      .trim();
    const target = this.#target(source);
    if (words === "" || target === undefined) return;
    this.#flush();
    this.#out += this.mode === "markdown" ? `![${words}](${target})` : words;
  }

  #target(href: string | undefined): string | undefined {
    const url = URL.parse(decodeEntities(href ?? "").trim(), this.base);
    const leadsOn = url?.protocol === "http:" || url?.protocol === "https:" || url?.protocol === "mailto:";
    return href && !href.trim().startsWith("#") && leadsOn ? url.href : undefined;
  }

  #flush(): void {
    if (this.#pending === "") return;
    const text = decodeEntities(this.#pending);
    this.#pending = "";
    if (this.#preformatted > 0) {
      this.#out += text;
      return;
    }
    const words = text.replaceAll(/\s+/g, " ");
    const atStart = this.#out === "" || /\s$/.test(this.#out);
    this.#out += atStart ? words.trimStart() : words;
  }

  #ensure(ending: "\n" | "\n\n"): void {
    if (this.#out === "") return;
    if (this.#preformatted === 0) this.#out = this.#out.trimEnd();
    this.#out += ending;
  }
}

import { RichTextBuilder } from "./builder.ts";
import { MAX_LIST_INDENT, MAX_MARKDOWN_LENGTH } from "./limits.ts";
import { linkable } from "./raw-html.ts";
import { type RichText, unmarked } from "./rich-text.ts";
import { asCode, rowsOf, type Table } from "./table.ts";
import { blocksOf, type Element, elementOf, textProp, shown } from "./tree.ts";

/** How tables appear: as written, as a list of `head: cell`, or as aligned lines of code. */
export type TableMode = "off" | "bullets" | "code";

interface List {
  readonly isOrdered: boolean;
  readonly isLoose: boolean;
  readonly indent: string;
  next: number;
}

/** Reads Markdown. Total: whatever is not Markdown is text, and text that would vanish altogether is shown as written. */
export function readMarkdown(markdown: string, tables: TableMode): RichText {
  const source = markdown.replaceAll(/\r\n?/g, "\n").toWellFormed();
  if (source.length > MAX_MARKDOWN_LENGTH) return unmarked(source);
  const builder = new RichTextBuilder();
  new Walk(builder, tables).through(blocksOf(source, tables !== "off"));
  const said = builder.text();
  return said.text.trim() === "" ? unmarked(source) : said;
}

interface Frame {
  readonly nodes: readonly unknown[];
  next: number;
  readonly leave: (() => void) | undefined;
}

/** Goes through the parsed tree without recursion: a text of nothing but `>` is as deep as it is long. */
class Walk {
  private readonly lists: List[] = [];

  constructor(
    private readonly builder: RichTextBuilder,
    private readonly tables: TableMode,
  ) {}

  through(nodes: readonly unknown[]): void {
    const frames: Frame[] = [{ nodes, next: 0, leave: undefined }];
    for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
      if (frame.next >= frame.nodes.length) {
        frame.leave?.();
        frames.pop();
        continue;
      }
      const node = frame.nodes[frame.next];
      frame.next += 1;
      if (typeof node === "string") this.builder.inline(shown(node));
      const element = elementOf(node);
      if (element) frames.push(this.enter(element));
    }
  }

  private enter(element: Element): Frame {
    const into = (leave?: () => void): Frame => ({ nodes: element.children, next: 0, leave });
    const done: Frame = { nodes: [], next: 0, leave: undefined };
    switch (element.type) {
      case "p":
        this.builder.begin(this.isApart());
        return into();
      case "h1":
      case "h2":
      case "h3":
      case "h4":
      case "h5":
      case "h6": {
        this.builder.begin(this.isApart());
        return into(this.builder.mark({ kind: "heading", level: Number(element.type[1]) }));
      }
      case "blockquote":
        this.builder.begin(this.isApart());
        return into(this.builder.mark({ kind: "quote" }));
      case "ul":
      case "ol":
        return into(this.list(element));
      case "li":
        this.item();
        return into();
      case "pre":
        this.code(element);
        return done;
      case "hr":
        this.builder.begin(true);
        this.builder.literal("———");
        return done;
      case "table":
        this.table(rowsOf(element));
        return done;
      case "strong":
        return into(this.builder.mark({ kind: "bold" }));
      case "em":
        return into(this.builder.mark({ kind: "italic" }));
      case "del":
        return into(this.builder.mark({ kind: "strike" }));
      case "u":
        return into(this.builder.mark({ kind: "underline" }));
      case "code": {
        const end = this.builder.mark({ kind: "code" });
        this.builder.literal(plain(element));
        end();
        return done;
      }
      case "a":
        return into(this.link(shown(textProp(element, "href") ?? "")));
      case "img": {
        const source = shown(textProp(element, "src") ?? "");
        const end = this.link(source);
        this.builder.literal(shown(textProp(element, "alt") ?? ""));
        end();
        return done;
      }
      case "br":
        this.builder.literal("\n");
        return done;
      default:
        return into();
    }
  }

  /** Blocks stand a blank line apart, those of an item that is one of a tight list do not. */
  private isApart(): boolean {
    return this.lists.at(-1)?.isLoose ?? true;
  }

  private list(element: Element): () => void {
    this.builder.beginLine(this.lists.length === 0);
    const start = element.props["start"];
    this.lists.push({
      isOrdered: element.type === "ol",
      isLoose: element.children.some((item) =>
        elementOf(item)?.children.some((child) => elementOf(child)?.type === "p"),
      ),
      indent: "  ".repeat(Math.min(this.lists.length, MAX_LIST_INDENT)),
      next: typeof start === "number" ? start : 1,
    });
    return () => void this.lists.pop();
  }

  private item(): void {
    const list = this.lists.at(-1);
    if (!list) return;
    this.builder.beginLine(list.isLoose && list.indent === "");
    this.builder.bullet(list.isOrdered ? `${list.indent}${list.next}. ` : `${list.indent}• `);
    list.next += 1;
  }

  private code(element: Element): void {
    const text = plain(element);
    if (text === "") return;
    this.builder.beginLine(this.lists.length === 0);
    const language = textProp(element, "language");
    const end = this.builder.mark(language === undefined ? { kind: "pre" } : { kind: "pre", language });
    this.builder.literal(text.endsWith("\n") ? text : `${text}\n`);
    end();
  }

  /** An address shows itself; one nobody can open stands in brackets behind its words. */
  private link(address: string): () => void {
    const href = linkable(address);
    const said = this.builder.listen();
    const end = href === undefined ? undefined : this.builder.mark({ kind: "link", href });
    return () => {
      const label = said();
      if (label === "") this.builder.literal(address);
      if (href === undefined && label !== "" && address !== "" && address !== label)
        this.builder.literal(` (${address})`);
      end?.(label !== "" && label !== address && `mailto:${label}` !== address);
    };
  }

  private table(table: Table): void {
    this.builder.begin(true);
    if (this.tables === "code") {
      const end = this.builder.mark({ kind: "pre" });
      this.builder.literal(asCode(table));
      return end();
    }
    const [head = [], ...rows] = table;
    for (const row of rows) {
      this.builder.begin(true);
      row.forEach((cell, column) => this.labelled(row.length > 1 ? head[column] : undefined, cell));
    }
  }

  private labelled(label: Element | undefined, cell: Element): void {
    this.builder.beginLine(false);
    this.builder.bullet("• ");
    if (label && label.children.length > 0) {
      this.through(label.children);
      this.builder.literal(": ");
    }
    this.through(cell.children);
  }
}

function plain(element: Element): string {
  return element.children.map((part) => (typeof part === "string" ? shown(part) : "")).join("");
}

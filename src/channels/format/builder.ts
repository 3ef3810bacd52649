import { rawTag } from "./raw-html.ts";
import type { Mark, RichText, Span } from "./rich-text.ts";
import { paired, type SpoilerBars, type TagSeen, withoutTokens } from "./tokens.ts";

/** Writes a text from front to back: what is said, what it is marked with, where blocks begin. */
export class RichTextBuilder {
  private readonly parts: string[] = [];
  private readonly spans: Span[] = [];
  private readonly depths = new Map<Mark["kind"], number>();
  private readonly tags: TagSeen[] = [];
  private readonly bars: SpoilerBars[] = [];
  private length = 0;
  private block = 0;
  /** Newlines the text ends with, and how many the next text wants there. */
  private newlines = 0;
  private wanted = 0;
  /** Behind a bullet the first block goes on in the same line. */
  private isGlued = false;

  /** The next text begins a block of its own, after a blank line if `isApart`. */
  begin(isApart: boolean): void {
    this.block += 1;
    if (!this.isGlued) this.wanted = Math.max(this.wanted, isApart ? 2 : 1);
  }

  /** The same, even behind a bullet. */
  beginLine(isApart: boolean): void {
    this.isGlued = false;
    this.begin(isApart);
  }

  /** A bullet or number; the text of the item follows it. */
  bullet(text: string): void {
    this.literal(text);
    this.isGlued = true;
  }

  /** Text that is nothing but text, such as code. */
  literal(text: string): void {
    if (text === "") return;
    this.arrive();
    this.put(text);
  }

  /** Text as it stands between Markdown's own signs: tags and spoiler bars in it count. */
  inline(text: string): void {
    const tag = text.startsWith("<") && text.endsWith(">") ? rawTag(text) : undefined;
    if (tag?.kind === "break") return this.literal("\n");
    if (text === "") return;
    this.arrive();
    if (tag) this.tags.push({ tag, start: this.length, end: this.length + text.length });
    else if (text.includes("||"))
      for (const match of text.matchAll(/(?<!\|)\|\|(?!\|)/g))
        this.bars.push({ start: this.length + match.index, block: this.block });
    this.put(text);
  }

  /** Marks what is written until the answer is called, unless that is told otherwise; inside a mark of its kind it does not count. */
  mark(mark: Mark): (isWanted?: boolean) => void {
    const depth = this.depths.get(mark.kind) ?? 0;
    this.depths.set(mark.kind, depth + 1);
    this.arrive();
    const start = this.length;
    return (isWanted = true) => {
      this.depths.set(mark.kind, depth);
      if (depth === 0 && isWanted) this.spans.push({ start, end: this.length, mark });
    };
  }

  /** Tells, when the answer is called, what was written since. */
  listen(): () => string {
    this.arrive();
    const from = this.parts.length;
    return () => this.parts.slice(from).join("");
  }

  /** The text so far. */
  text(): RichText {
    const text = this.parts.join("");
    const pairs = paired(text, this.tags, this.bars);
    return withoutTokens(text, [...this.spans, ...pairs.spans], pairs.tokens);
  }

  private arrive(): void {
    if (this.length > 0 && this.wanted > this.newlines) this.put("\n".repeat(this.wanted - this.newlines));
    this.wanted = 0;
    this.isGlued = false;
  }

  private put(text: string): void {
    this.parts.push(text);
    this.length += text.length;
    let end = text.length;
    while (end > 0 && text[end - 1] === "\n") end -= 1;
    this.newlines = text.length - end + (end === 0 ? this.newlines : 0);
  }
}

import { badRequest } from "../errors.ts";
import type { TgEntity } from "../shapes.ts";

/** Text with its entities; offsets are UTF-16 units. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly TgEntity[];
}

const TYPES: Readonly<Record<string, string>> = {
  b: "bold",
  strong: "bold",
  i: "italic",
  em: "italic",
  u: "underline",
  ins: "underline",
  s: "strikethrough",
  strike: "strikethrough",
  del: "strikethrough",
  a: "text_link",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  span: "spoiler",
  "tg-spoiler": "spoiler",
  "tg-emoji": "custom_emoji",
};

const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

interface OpenTag {
  readonly name: string;
  readonly at: number;
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Reads the HTML subset of `parse_mode: "HTML"` as Telegram's parser does, with its refusals.
 * @throws ApiError 400 `can't parse entities: …`
 */
export function parseHtml(html: string): FormattedText {
  return new HtmlReader(html).read();
}

class HtmlReader {
  #at = 0;
  #text = "";
  readonly #open: OpenTag[] = [];
  readonly #entities: TgEntity[] = [];

  constructor(readonly html: string) {}

  read(): FormattedText {
    while (this.#at < this.html.length) {
      const next = this.html[this.#at];
      if (next === "&") this.#reference();
      else if (next !== "<") {
        this.#text += next;
        this.#at += 1;
      } else if (this.html[this.#at + 1] === "/") this.#endTag();
      else this.#startTag();
    }
    const left = this.#open.at(-1);
    if (left) throw unparsable(`Can't find end tag corresponding to start tag "${left.name}"`);
    return { text: this.#text, entities: joinPreAndCode(sorted(this.#entities)) };
  }

  #reference(): void {
    const match = /^&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-z]+));/.exec(this.html.slice(this.#at, this.#at + 12));
    const [whole, decimal, hex, name] = match ?? [];
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : 0;
    const decoded = name
      ? NAMED[name]
      : code > 0 && code <= 0x10_ff_ff
        ? String.fromCodePoint(code)
        : undefined;
    // What is no reference Telegram knows stands for itself.
    this.#text += decoded ?? "&";
    this.#at += decoded === undefined || whole === undefined ? 1 : whole.length;
  }

  #startTag(): void {
    const begin = this.#at;
    this.#at += 1;
    const name = this.#word(/[\s>]/).toLowerCase();
    if (this.#at >= this.html.length)
      throw unparsable(`Unclosed start tag at byte offset ${this.#bytes(begin)}`);
    if (TYPES[name] === undefined) {
      throw unparsable(`Unsupported start tag "${name}" at byte offset ${this.#bytes(begin)}`);
    }
    const attributes = this.#attributes(name, begin);
    if (name === "span" && attributes.class !== "tg-spoiler") {
      throw unparsable(`Tag "span" must have class "tg-spoiler" at byte offset ${this.#bytes(begin)}`);
    }
    this.#open.push({ name, at: this.#text.length, attributes });
  }

  #attributes(tag: string, begin: number): Record<string, string> {
    const attributes: Record<string, string> = {};
    while (true) {
      this.#spaces();
      if (this.html[this.#at] === ">") break;
      if (this.#at >= this.html.length)
        throw unparsable(`Unclosed start tag at byte offset ${this.#bytes(begin)}`);
      const name = this.#word(/[\s=>]/).toLowerCase();
      if (name === "") {
        throw unparsable(`Empty attribute name in the tag "${tag}" at byte offset ${this.#bytes(begin)}`);
      }
      this.#spaces();
      if (this.html[this.#at] !== "=") {
        attributes[name] = "";
        continue;
      }
      this.#at += 1;
      this.#spaces();
      attributes[name] = this.#attributeValue(begin);
    }
    this.#at += 1;
    return attributes;
  }

  #attributeValue(begin: number): string {
    const quote = this.html[this.#at];
    if (quote !== '"' && quote !== "'") return this.#word(/[\s>]/);
    const end = this.html.indexOf(quote, this.#at + 1);
    if (end < 0) throw unparsable(`Unclosed start tag at byte offset ${this.#bytes(begin)}`);
    const value = this.html.slice(this.#at + 1, end);
    this.#at = end + 1;
    return value.replaceAll(/&(lt|gt|amp|quot);/g, (_, name: string) => NAMED[name] ?? "");
  }

  #endTag(): void {
    const begin = this.#at;
    this.#at += 2;
    const name = this.#word(/[\s>]/).toLowerCase();
    this.#spaces();
    if (this.html[this.#at] !== ">")
      throw unparsable(`Unclosed end tag at byte offset ${this.#bytes(begin)}`);
    this.#at += 1;
    const tag = this.#open.pop();
    if (!tag) throw unparsable(`Unexpected end tag at byte offset ${this.#bytes(begin)}`);
    if (name !== "" && name !== tag.name) {
      throw unparsable(
        `Unmatched end tag at byte offset ${this.#bytes(begin)}, expected "</${tag.name}>", found "</${name}>"`,
      );
    }
    this.#close(tag);
  }

  #close(tag: OpenTag): void {
    const length = this.#text.length - tag.at;
    const inner = this.#text.slice(tag.at);
    if (length === 0) return;
    const place = { offset: tag.at, length };
    const { href, class: className, "emoji-id": emojiId } = tag.attributes;
    if (tag.name === "a") {
      const url = href === undefined || href === "" ? inner : href;
      // An address nothing can be made of is no link; the words stay.
      if (URL.canParse(url) || URL.canParse(`http://${url}`)) {
        this.#entities.push({ type: "text_link", ...place, url });
      }
      return;
    }
    if (tag.name === "tg-emoji" && emojiId !== undefined) {
      this.#entities.push({ type: "custom_emoji", ...place, custom_emoji_id: emojiId });
      return;
    }
    const language =
      tag.name === "code" && className?.startsWith("language-") ? className.slice(9) : undefined;
    const expandable = tag.name === "blockquote" && "expandable" in tag.attributes;
    this.#entities.push({
      type: expandable ? "expandable_blockquote" : (TYPES[tag.name] ?? tag.name),
      ...place,
      ...(language ? { language } : {}),
    });
  }

  #word(end: RegExp): string {
    const begin = this.#at;
    while (this.#at < this.html.length && !end.test(this.html[this.#at] ?? "")) this.#at += 1;
    return this.html.slice(begin, this.#at);
  }

  #spaces(): void {
    while (/\s/.test(this.html[this.#at] ?? "")) this.#at += 1;
  }

  #bytes(at: number): number {
    return Buffer.byteLength(this.html.slice(0, at));
  }
}

function unparsable(why: string): Error {
  return badRequest(`can't parse entities: ${why}`);
}

/** Outer entities before the ones inside them. */
function sorted(entities: readonly TgEntity[]): TgEntity[] {
  return entities.toReversed().sort((a, b) => a.offset - b.offset || b.length - a.length);
}

/** `<pre><code class="language-x">` is one entity with a language; code inside pre says nothing more. */
function joinPreAndCode(entities: readonly TgEntity[]): TgEntity[] {
  const result: TgEntity[] = [];
  for (const entity of entities) {
    const outer = result.at(-1);
    const within = outer?.offset === entity.offset && outer.length === entity.length;
    if (entity.type === "code" && outer?.type === "pre" && within) {
      if (entity.language) result[result.length - 1] = { ...outer, language: entity.language };
      continue;
    }
    const { language: _, ...plain } = entity;
    result.push(entity.type === "code" ? plain : entity);
  }
  return result;
}

import { type BinaryNode, getAllBinaryNodeChildren } from "@whiskeysockets/baileys";

export type { BinaryNode } from "@whiskeysockets/baileys";

/** What a node can hold. */
export type NodeContent = BinaryNode["content"];

/** A node; attributes that are undefined are left out. */
export function node(
  tag: string,
  attrs: Readonly<Record<string, string | number | undefined>> = {},
  content?: NodeContent,
): BinaryNode {
  const given = Object.entries(attrs).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return { tag, attrs: Object.fromEntries(given), ...(content === undefined ? {} : { content }) };
}

/** The first child, whatever its tag. */
export function firstChild(of: BinaryNode): BinaryNode | undefined {
  return Array.isArray(of.content) ? getAllBinaryNodeChildren(of)[0] : undefined;
}

/** The bytes a node holds; none when it holds nodes or nothing. */
export function bytesOf(of: BinaryNode | undefined): Buffer {
  const content = of?.content;
  if (content === undefined || Array.isArray(content)) return Buffer.alloc(0);
  return Buffer.from(content);
}

/** Whole seconds since 1970, as WhatsApp counts time. */
export function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

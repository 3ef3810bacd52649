import type { Json5Item, Json5List, Json5Member, Json5Node, Json5Object } from "../locate.ts";
import { formatKey, formatValue, type Style, styleOf } from "./format.ts";
import { readTree, skipSpace } from "./text.ts";
import { getOwn, isObject, sameValue } from "./values.ts";

/** Replaces `text.slice(start, end)`. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A new text, and whether the comments could be kept. */
export interface Rewritten {
  readonly text: string;
  /** False when the text had to be written anew, which loses its comments. */
  readonly kept: boolean;
}

/**
 * Changes a JSON5 text so that it means `target`, touching only the bytes of what differs: comments, order, quotes
 * and layout of everything else stay. Throws `Json5SyntaxError` when `text` is not JSON5.
 */
export function rewriteJson5(text: string, target: unknown): Rewritten {
  const before: unknown = Bun.JSON5.parse(text);
  if (sameValue(before, target)) return { text, kept: true };
  const root = readTree(text);
  const edits: Edit[] = [];
  reconcile({ text, edits, style: styleOf(text, root) }, root, before, target);
  const result = applyEdits(text, edits);
  if (result !== undefined && meansSame(result, target)) return { text: result, kept: true };
  return { text: `${JSON.stringify(target, null, 2)}\n`, kept: false };
}

function meansSame(text: string, target: unknown): boolean {
  try {
    return sameValue(Bun.JSON5.parse(text), target);
  } catch {
    return false;
  }
}

/** Applies edits back to front; `undefined` when two of them overlap. */
function applyEdits(text: string, edits: readonly Edit[]): string | undefined {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let at = 0;
  for (const edit of ordered) {
    if (edit.start < at) return undefined;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

interface Context {
  readonly text: string;
  readonly edits: Edit[];
  readonly style: Style;
}

function reconcile(ctx: Context, node: Json5Node, before: unknown, target: unknown): void {
  if (sameValue(before, target)) return;
  if (node.kind === "object" && isObject(before) && isObject(target)) {
    reconcileObject(ctx, node, before, target);
  } else if (node.kind === "list" && Array.isArray(before) && Array.isArray(target)) {
    reconcileArray(ctx, node, before, target);
  } else {
    const indent = indentAt(ctx.text, node.start);
    ctx.edits.push({ start: node.start, end: node.end, text: formatValue(target, ctx.style, indent) });
  }
}

function reconcileObject(
  ctx: Context,
  node: Json5Object,
  before: Record<string, unknown>,
  target: Record<string, unknown>,
): void {
  // Of a key that is there twice the last one counts.
  const effective = new Map(node.members.map((member) => [member.key, member]));
  const removed = new Set(node.members.filter((member) => !Object.hasOwn(target, member.key)));
  for (const [key, member] of effective) {
    if (Object.hasOwn(target, key)) reconcile(ctx, member.value, getOwn(before, key), target[key]);
  }
  const style = { ...ctx.style, ...styleOfMembers(ctx.text, node.members) };
  const added = Object.keys(target)
    .filter((key) => !effective.has(key))
    .map(
      (key) => (indent: string) => `${formatKey(key, style)}: ${formatValue(target[key], ctx.style, indent)}`,
    );
  editElements(ctx, node, node.members, removed, added);
}

function reconcileArray(
  ctx: Context,
  node: Json5List,
  before: readonly unknown[],
  target: readonly unknown[],
): void {
  const shorter = Math.min(before.length, target.length);
  let head = 0;
  while (head < shorter && sameValue(before[head], target[head])) head++;
  let tail = 0;
  while (
    tail < shorter - head &&
    sameValue(before[before.length - 1 - tail], target[target.length - 1 - tail])
  ) {
    tail++;
  }
  // When entries are only inserted before an unchanged tail, the tail is compared in place: order matters here.
  if (target.length > before.length) tail = 0;
  const changed = Math.min(before.length, target.length) - head - tail;
  for (let index = head; index < head + changed; index++) {
    const item = node.items[index];
    if (item) reconcile(ctx, item.value, before[index], target[index]);
  }
  const removed = new Set(node.items.slice(head + changed, before.length - tail));
  const added = target
    .slice(before.length)
    .map((value) => (indent: string) => formatValue(value, ctx.style, indent));
  editElements(ctx, node, node.items, removed, target.length > before.length ? added : []);
}

/** Removes and appends elements of one container, keeping its commas right. */
function editElements(
  ctx: Context,
  node: Json5Node,
  elements: readonly Json5Item[],
  removed: ReadonlySet<Json5Item>,
  added: readonly ((indent: string) => string)[],
): void {
  if (removed.size === 0 && added.length === 0) return;
  const { text, edits } = ctx;
  const survivors = elements.filter((element) => !removed.has(element));
  const last = survivors.at(-1);
  const trailingComma = elements.at(-1)?.comma !== undefined;
  const layout = layoutOf(ctx, node, elements);
  const write = (broken: boolean, lead: string) =>
    added.map((element) => lead + (broken ? layout.indent : "") + element(layout.indent));

  if (last === undefined && added.length > 0 && elements.length > 0) {
    const parts = write(false, "");
    replaceAll(ctx, elements, parts.join(layout.broken ? `,\n${layout.indent}` : ", "));
    return;
  }
  for (const element of removed) edits.push(...removal(text, element, node));
  if (last !== undefined) {
    const needsComma = added.length > 0 || trailingComma;
    if (needsComma && last.comma === undefined) {
      edits.push({ start: last.value.end, end: last.value.end, text: "," });
    }
    if (!needsComma && last.comma !== undefined) {
      edits.push({ start: last.comma, end: last.comma + 1, text: "" });
    }
  }
  if (added.length === 0) return;
  if (last !== undefined) {
    const at = endOfTrailingComments(text, last.comma === undefined ? last.value.end : last.comma + 1);
    // What follows a line comment has to start a line, however the rest is laid out.
    const broken = layout.broken || text[at] === "\n" || text[at] === "\r";
    const block = write(broken, broken ? "\n" : " ").join(",") + (trailingComma ? "," : "");
    edits.push({ start: at, end: at, text: block });
    return;
  }
  const at = trimmedEnd(text, node.start + 1, node.end - 1);
  const gap = layout.broken ? "\n" : at === node.start + 1 ? "" : " ";
  const tail = layout.broken ? `\n${indentAt(text, node.start)}` : gap;
  const body = write(layout.broken, "").join(layout.broken ? ",\n" : ", ");
  edits.push({ start: at, end: node.end - 1, text: gap + body + tail });
}

/** All old elements go and new ones come: the first one's place is theirs. */
function replaceAll(ctx: Context, elements: readonly Json5Item[], replacement: string): void {
  elements.forEach((element, index) => {
    ctx.edits.push({ start: startOf(element), end: element.value.end, text: index === 0 ? replacement : "" });
    const isLast = index === elements.length - 1;
    if (element.comma !== undefined && !(isLast && elements.length === 1)) {
      ctx.edits.push({ start: element.comma, end: element.comma + 1, text: "" });
    }
  });
}

/** Takes an element out with its comma, and with its line when nothing else stands there. */
function removal(text: string, element: Json5Item, node: Json5Node): Edit[] {
  const { comma } = element;
  const joined = comma !== undefined && text.slice(element.value.end, comma).trim() === "";
  let start = startOf(element);
  let end = joined ? comma + 1 : element.value.end;
  const edits: Edit[] = [];
  if (comma !== undefined && !joined) edits.push({ start: comma, end: comma + 1, text: "" });
  let before = start;
  while (before > node.start + 1 && isBlank(text[before - 1])) before--;
  let after = end;
  while (after < node.end - 1 && isBlank(text[after])) after++;
  const ownLine = text[before - 1] === "\n" && (text[after] === "\n" || text.startsWith("\r\n", after));
  if (ownLine && edits.length === 0) {
    start = before;
    end = after + (text[after] === "\n" ? 1 : 2);
  } else if (edits.length === 0 && (text[after] !== "/" || before < start)) {
    end = after;
  }
  return [{ start, end, text: "" }, ...edits];
}

function isBlank(char: string | undefined): boolean {
  return char === " " || char === "\t";
}

/** Past the comments that follow on the same line, so that they stay with what they follow. */
function endOfTrailingComments(text: string, offset: number): number {
  const end = skipSpace(text, offset, true);
  return trimmedEnd(text, offset, end);
}

function trimmedEnd(text: string, from: number, to: number): number {
  return from + text.slice(from, to).trimEnd().length;
}

/** The white space at the head of the line that `offset` stands in. */
function indentAt(text: string, offset: number): string {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? "";
}

/** Whether the container's elements stand on lines of their own, and how far in. */
function layoutOf(
  ctx: Context,
  node: Json5Node,
  elements: readonly Json5Item[],
): { broken: boolean; indent: string } {
  const { text, style } = ctx;
  const inner = indentAt(text, node.start) + style.indent;
  const last = elements.at(-1);
  if (last === undefined) {
    const hasLines = text.slice(node.start, node.end).includes("\n");
    return { broken: hasLines || style.broken, indent: inner };
  }
  const tail = text.slice(last.value.end, node.end);
  const head = text.slice(node.start, elements[0] && startOf(elements[0]));
  const ownLine = text.slice(text.lastIndexOf("\n", startOf(last) - 1) + 1, startOf(last)).trim() === "";
  return {
    broken: tail.includes("\n") || head.includes("\n"),
    indent: ownLine ? indentAt(text, startOf(last)) : inner,
  };
}

function styleOfMembers(text: string, members: readonly Json5Member[]): Partial<Style> {
  const first = members[0];
  if (first === undefined) return {};
  const quote = text[first.keyStart];
  return { keyQuote: quote === '"' || quote === "'" ? quote : "" };
}

/** Where an element begins: at its key in an object. */
function startOf(element: Json5Item | Json5Member): number {
  return "keyStart" in element ? element.keyStart : element.value.start;
}

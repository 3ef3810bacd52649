import type { NamedElement } from "../refs.ts";
import type { TreeElement } from "./element-tree.ts";
import { INTERACTIVE, NAMED, OUTWARD } from "./roles.ts";

/** What of a page is shown. */
export interface TextOptions {
  /** Only what people do something with, and what leads to it. */
  readonly interactive: boolean;
  /** Without elements that hold nothing named. */
  readonly compact: boolean;
  /** Deepest level shown; the page itself is 0. */
  readonly depth: number | undefined;
  /** Addresses of links. */
  readonly urls: boolean;
  readonly maxChars: number;
  /** Only lines with all of these words. */
  readonly query: string | undefined;
}

/** A page as text, with a name for each element something can be done with. */
export interface TextSnapshot {
  readonly text: string;
  readonly truncated: boolean;
  readonly elements: Map<string, NamedElement>;
  readonly interactive: number;
  /** Lines that had the words asked for. */
  readonly matches: number | undefined;
}

/** Longest name or value of one element; what is longer is read by scripts, not by eye. */
const MAX_NAME_CHARS = 400;

/** Writes elements as an indented list: `- button "Sign in" [disabled] [ref=e3]`. */
export function textSnapshot(roots: readonly TreeElement[], options: TextOptions): TextSnapshot {
  const elements = new Map<string, NamedElement>();
  const lines: string[] = [];
  let interactive = 0;

  const write = (element: TreeElement, depth: number, above: string): void => {
    const { role, name, session, backendNodeId, children } = element;
    if (options.depth !== undefined && depth > options.depth) return;
    const acts = INTERACTIVE.has(role);
    const named = name !== "" && NAMED.has(role);
    if (role === "StaticText") {
      // What an element is called need not be said again below it.
      if (!options.interactive && name.trim() !== "" && !above.includes(name.trim())) {
        lines.push(`${indent(depth)}- text: ${quoted(name)}`);
      }
      return;
    }
    const shown = options.interactive ? acts : !(options.compact && !acts && !named && !holdsAny(element));
    const deeper = shown && role !== "RootWebArea" ? depth + 1 : depth;
    if (shown && role !== "RootWebArea") {
      let ref: string | undefined;
      if ((acts || named) && backendNodeId !== undefined) {
        ref = `e${elements.size + 1}`;
        elements.set(ref, { session, backendNodeId, role, name });
        if (acts) interactive += 1;
      }
      lines.push(`${indent(depth)}- ${lineOf(element, ref)}`);
      if (options.urls && element.url) lines.push(`${indent(deeper)}- /url: ${element.url.slice(0, 2_000)}`);
    }
    // The choices of a list are its own; the text of a field is its value.
    if (role === "textbox" || role === "searchbox") return;
    for (const child of children) write(child, deeper, name || above);
  };
  for (const root of roots) write(root, 0, "");

  const words = options.query?.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = words
    ? lines.filter((line) => words.every((word) => line.toLowerCase().includes(word)))
    : lines;
  const whole = kept.join("\n");
  const cut = whole.length > options.maxChars ? whole.lastIndexOf("\n", options.maxChars) : whole.length;
  return {
    text: whole.slice(0, cut > 0 ? cut : options.maxChars),
    truncated: whole.length > options.maxChars,
    elements,
    interactive,
    matches: words && kept.length,
  };
}

/** True when something with a name of its own is somewhere below. */
function holdsAny({ children }: TreeElement): boolean {
  return children.some(
    (child) =>
      INTERACTIVE.has(child.role) ||
      (child.name !== "" && (NAMED.has(child.role) || child.role === "StaticText")) ||
      holdsAny(child),
  );
}

function lineOf({ role, name, value, states }: TreeElement, ref: string | undefined): string {
  const marks = Object.entries(states).map(([state, text]) =>
    text === "true" ? `[${state}]` : `[${state}=${text}]`,
  );
  const shownValue = value !== undefined && value !== name ? `: ${quoted(value)}` : "";
  const parts = [
    OUTWARD[role] ?? role,
    ...(name === "" ? [] : [quoted(name)]),
    ...marks,
    ...(ref ? [`[ref=${ref}]`] : []),
  ];
  return parts.join(" ") + shownValue;
}

function quoted(text: string): string {
  const flat = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(flat.length > MAX_NAME_CHARS ? `${flat.slice(0, MAX_NAME_CHARS)}…` : flat);
}

function indent(depth: number): string {
  return "  ".repeat(depth);
}

import { XML } from "bun";

/** What a property list holds. Dates and data stay the text they are. */
export type PlistValue = string | number | boolean | readonly PlistValue[] | PlistDict;

export interface PlistDict {
  readonly [key: string]: PlistValue;
}

const PROLOG =
  '<?xml version="1.0" encoding="UTF-8"?>\n' +
  '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n';

/** The XML of a property list. @throws Error for a text that XML cannot hold, such as one with a control character */
export function plistText(dict: PlistDict): string {
  const root = { name: "plist", attributes: { version: "1.0" }, children: [nodeOf(dict)] };
  return `${PROLOG}${XML.stringify(root, null, "\t")}\n`;
}

/** Reads the XML of a property list whose root is a dictionary. @throws Error that says what is wrong with it */
export function parsePlist(content: string | Uint8Array): PlistDict {
  const root = XML.parse(content, { compact: false });
  const [top] = elements(root);
  const value = root.name === "plist" && top !== undefined ? valueOf(top) : undefined;
  if (value === undefined || !isPlistDict(value)) throw new Error("it is no property list with a dictionary");
  return value;
}

export function isPlistDict(value: PlistValue | undefined): value is PlistDict {
  return typeof value === "object" && !Array.isArray(value);
}

/** The texts of a list; everything else in it is left out. */
export function textsOf(value: PlistValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

function nodeOf(value: PlistValue): XML.Node {
  if (typeof value === "string") return element("string", value);
  if (typeof value === "boolean") return element(String(value));
  if (typeof value === "number") return element(Number.isInteger(value) ? "integer" : "real", String(value));
  if (!isPlistDict(value)) return element("array", ...value.map(nodeOf));
  const pairs = Object.entries(value).flatMap(([key, one]) => [element("key", key), nodeOf(one)]);
  return element("dict", ...pairs);
}

function element(name: string, ...children: (string | XML.Node)[]): XML.Node {
  return { name, attributes: {}, children };
}

function valueOf(node: XML.Node): PlistValue {
  switch (node.name) {
    case "dict": {
      const nodes = elements(node);
      const pairs: [string, PlistValue][] = [];
      for (let at = 0; at + 1 < nodes.length; at += 2) {
        const [key, value] = [nodes[at], nodes[at + 1]];
        if (key?.name !== "key" || value === undefined) throw new Error("a key has no value");
        pairs.push([textOf(key), valueOf(value)]);
      }
      return Object.fromEntries(pairs);
    }
    case "array":
      return elements(node).map(valueOf);
    case "true":
      return true;
    case "false":
      return false;
    case "integer":
    case "real":
      return Number(textOf(node).trim());
    default:
      return textOf(node);
  }
}

function elements(node: XML.Node): XML.Node[] {
  return node.children.filter((child) => typeof child === "object" && "name" in child);
}

function textOf(node: XML.Node): string {
  return node.children.filter((child) => typeof child === "string").join("");
}

import { ToolInputError } from "../define.ts";

/** A text as it is matched and cut, and what it takes to write it back as it was. */
export interface TextFile {
  /** With `\n` at the end of lines when all of them end in `\r\n`. */
  readonly text: string;
  /** A passage somebody gave, with the ends of lines that `text` has. */
  passage(text: string): string;
  /** The bytes for a changed text. */
  write(text: string): string;
}

const BOM = "\ufeff";

/** Reads bytes as UTF-8 text. @throws ToolInputError for what is none */
export function decodeText(bytes: Uint8Array, named: string): string {
  if (bytes.includes(0)) throw new ToolInputError(`${named} is a binary file`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new ToolInputError(`${named} is not UTF-8 text`, { cause: error });
  }
}

/** A text that is about to be changed: line ends and the mark at its beginning stay what they were. */
export function textFile(raw: string): TextFile {
  const mark = raw.startsWith(BOM) ? BOM : "";
  const body = raw.slice(mark.length);
  const windows = body.includes("\r\n") && !/(?<!\r)\n/.test(body) && !/\r(?!\n)/.test(body);
  if (!windows) return { text: body, passage: (text) => text, write: (text) => mark + text };
  const unix = (text: string): string => text.replaceAll("\r\n", "\n");
  return {
    text: unix(body),
    passage: unix,
    write: (text) => mark + text.replaceAll(/\r?\n/g, "\r\n"),
  };
}

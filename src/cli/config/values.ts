import { CliError } from "../errors.ts";

/** Reads a value as it is typed: JSON5 when it is that, else text; with `strict`, JSON or nothing. */
export function readValue(text: string, strict: boolean): unknown {
  if (strict) {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new CliError("The value is not valid JSON.", { cause, hint: `Text needs quotes: '"text"'` });
    }
  }
  // Leading zeros mean that somebody counts digits: a code or an id, not a number.
  if (/^[+-]?0\d/.test(text.trim())) return text;
  try {
    return Bun.JSON5.parse(text);
  } catch {
    return text;
  }
}

/** Reads a JSON5 document. Throws a `CliError` that names where it came from. */
export function readDocument(text: string, source: string): unknown {
  try {
    return Bun.JSON5.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`${source} is not valid JSON5: ${reason}`, { cause });
  }
}

/** Reads a file of at most `maxBytes`. Throws a `CliError` that names it. */
export async function readInputFile(path: string, maxBytes: number): Promise<string> {
  const file = Bun.file(path);
  if (!(await file.exists()))
    throw new CliError(`There is no file ${path}.`, { hint: `Check the path: ls -l "${path}"` });
  if (file.size > maxBytes) throw new CliError(`${path} is longer than ${maxBytes} bytes.`);
  return file.text();
}

import { readInside } from "../../../lib/path-jail/index.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import { IMAGE_MAX_BYTES, READ_MAX_BYTES, READ_MAX_LINES, READ_NOTE_CHARS } from "../limits.ts";
import { maybe, number, parameters, text } from "../parameters.ts";
import type { Tool, ToolResult } from "../tool.ts";
import { imageType } from "./image.ts";
import { assertMayRead, asToolError, type FileDeps, jailForReading } from "./reach.ts";
import { decodeText } from "./text-file.ts";

/** `read`: text by lines, images for models that see. */
export function readTool(deps: FileDeps): Tool {
  return defineTool({
    name: "read",
    label: "Read",
    description: "Read a text file or image.",
    scope: "anyone",
    readOnly: true,
    parameters: parameters({
      path: text(),
      offset: maybe(number("first line, from 1")),
      limit: maybe(number("lines")),
    }),
    async run({ path, offset, limit }, context) {
      try {
        const jail = await jailForReading(path, context, deps);
        const file = await readInside(jail, path, READ_MAX_BYTES);
        await assertMayRead(file.path, context);
        const mimeType = imageType(file.bytes);
        if (mimeType !== undefined) return imageResult(file, mimeType, context.seesImages);
        const whole = decodeText(file.bytes, path);
        const page = pageOf(whole, offset || 1, limit || READ_MAX_LINES, context.maxResultChars);
        return textResult(page.text, { path: file.path, ...page.details });
      } catch (error) {
        throw asToolError(error, context);
      }
    },
  });
}

function imageResult(
  { path, bytes }: { readonly path: string; readonly bytes: Buffer },
  mimeType: string,
  sees: boolean,
): ToolResult {
  if (bytes.length > IMAGE_MAX_BYTES) {
    throw new ToolInputError(
      `${path} is an image of ${bytes.length} bytes; images of up to ${IMAGE_MAX_BYTES} can be shown`,
    );
  }
  const details = { path, mimeType, bytes: bytes.length };
  if (!sees)
    return textResult(`[${mimeType}, ${bytes.length} bytes; this model does not see images]`, details);
  return {
    content: [
      { type: "text", text: `[${mimeType}]` },
      { type: "image", data: bytes.toString("base64"), mimeType },
    ],
    details,
  };
}

interface Page {
  readonly text: string;
  readonly details: { totalLines: number; fromLine: number; toLine: number; truncated: boolean };
}

/** Whole lines from `from` on, as many as were asked for and fit; where to go on is said below them. */
export function pageOf(whole: string, from: number, count: number, maxChars: number): Page {
  const lines = whole.split("\n");
  // The break at the end of the last line begins no line.
  if (lines.length > 1 && lines.at(-1) === "") lines.pop();
  const total = lines.length;
  const first = Math.max(1, Math.floor(from));
  if (first > total)
    throw new ToolInputError(`offset ${first} is beyond the end: the file has ${total} lines`);
  const room = Math.max(1, maxChars - READ_NOTE_CHARS);
  const taken: string[] = [];
  let chars = 0;
  for (const line of lines.slice(first - 1, first - 1 + Math.max(1, Math.floor(count)))) {
    if (chars + line.length + 1 > room) break;
    chars += line.length + 1;
    taken.push(line);
  }
  const cut = taken.length === 0;
  if (cut) taken.push((lines[first - 1] ?? "").slice(0, room));
  const last = first + taken.length - 1;
  const notes = [
    ...(cut ? [`line ${first} is cut after ${room} characters`] : []),
    ...(last < total ? [`${total - last} more lines; go on with offset=${last + 1}`] : []),
  ];
  const note = notes.length > 0 ? `\n\n[${notes.join("; ")}]` : "";
  return {
    text: taken.join("\n").toWellFormed() + note,
    details: { totalLines: total, fromLine: first, toLine: last, truncated: notes.length > 0 },
  };
}

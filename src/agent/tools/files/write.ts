import { realpath } from "node:fs/promises";
import type { OpenClawConfig } from "../../../config/index.ts";
import { type Jail, replaceInside, resolveInside } from "../../../lib/path-jail/index.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import { WRITE_MAX_BYTES } from "../limits.ts";
import { parameters, text } from "../parameters.ts";
import type { Tool } from "../tool.ts";
import { asToolError, assertMayWrite, type FileContext, jailFor } from "./reach.ts";

/** `write`: a whole file. */
export function writeTool(config: () => OpenClawConfig): Tool {
  return defineTool({
    name: "write",
    label: "Write",
    description: "Create or overwrite a file.",
    scope: "anyone",
    sequential: true,
    parameters: parameters({ path: text(), content: text() }),
    async run({ path, content }, context) {
      const bytes = Buffer.byteLength(content);
      if (bytes > WRITE_MAX_BYTES) throw new ToolInputError(`content has more than ${WRITE_MAX_BYTES} bytes`);
      try {
        const jail = await jailFor(path, context, config());
        await guardTarget(jail, path, context);
        const done = await replaceInside(jail, path, content);
        return textResult(`Wrote ${bytes} bytes to ${path}`, { ...done, bytes });
      } catch (error) {
        throw asToolError(error, context);
      }
    },
  });
}

/** Refuses what this sender may not change, before anything is written. */
export async function guardTarget(jail: Jail, path: string, context: FileContext): Promise<void> {
  if (context.sender.isOwner) return;
  const place = await resolveInside(jail, path);
  assertMayWrite(place.path, await realpath(context.workspace), context);
}

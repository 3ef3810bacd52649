import { replaceInside } from "../../../lib/path-jail/index.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import { WRITE_MAX_BYTES } from "../limits.ts";
import { parameters, text } from "../parameters.ts";
import type { Tool } from "../tool.ts";
import { asToolError, type FileDeps, jailFor } from "./reach.ts";

/** `write`: a whole file. */
export function writeTool(deps: FileDeps): Tool {
  return defineTool({
    name: "write",
    label: "Write",
    description: "Create or overwrite a file.",
    // The agent is steered by files of its workspace: who writes them speaks to the owner's turns.
    scope: "owner",
    sequential: true,
    parameters: parameters({ path: text(), content: text() }),
    async run({ path, content }, context) {
      const bytes = Buffer.byteLength(content);
      if (bytes > WRITE_MAX_BYTES) throw new ToolInputError(`content has more than ${WRITE_MAX_BYTES} bytes`);
      try {
        const jail = await jailFor(path, context, deps);
        const done = await replaceInside(jail, path, content);
        return textResult(`Wrote ${bytes} bytes to ${path}`, { ...done, bytes });
      } catch (error) {
        throw asToolError(error, context);
      }
    },
  });
}

import { readInside, replaceInside } from "../../../lib/path-jail/index.ts";
import { defineTool, textResult, ToolInputError } from "../define.ts";
import { EDIT_MAX_BYTES } from "../limits.ts";
import { list, parameters, text } from "../parameters.ts";
import type { Tool } from "../tool.ts";
import { asToolError, type FileDeps, jailFor } from "./reach.ts";
import { replaceAllOnce } from "./replacements.ts";
import { decodeText, textFile } from "./text-file.ts";

/** `edit`: exact passages of a file, all of them or none. */
export function editTool(deps: FileDeps): Tool {
  return defineTool({
    name: "edit",
    label: "Edit",
    description:
      "Replace exact text in a file. Each oldText must occur once; all are matched against the original.",
    // The agent is steered by files of its workspace: who writes them speaks to the owner's turns.
    scope: "owner",
    sequential: true,
    parameters: parameters({
      path: text(),
      edits: list(parameters({ oldText: text(), newText: text() })),
    }),
    async run({ path, edits }, context) {
      if (edits.length === 0) throw new ToolInputError("edits is empty");
      try {
        const jail = await jailFor(path, context, deps);
        const { bytes } = await readInside(jail, path, EDIT_MAX_BYTES);
        const file = textFile(decodeText(bytes, path));
        const wanted = edits.map(({ oldText, newText }) => ({
          oldText: file.passage(oldText),
          newText: file.passage(newText),
        }));
        const { text: changed, firstChangedLine } = replaceAllOnce(file.text, wanted);
        const done = await replaceInside(jail, path, file.write(changed));
        const passages = edits.length === 1 ? "1 passage" : `${edits.length} passages`;
        return textResult(`Replaced ${passages} in ${path}`, {
          path: done.path,
          edits: edits.length,
          firstChangedLine,
        });
      } catch (error) {
        throw asToolError(error, context);
      }
    },
  });
}

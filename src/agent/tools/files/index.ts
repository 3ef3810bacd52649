import type { Tool } from "../tool.ts";
import { editTool } from "./edit.ts";
import { lsTool } from "./ls.ts";
import type { FileDeps } from "./reach.ts";
import { readTool } from "./read.ts";
import { writeTool } from "./write.ts";

export { AnswerFiles, type AnswerFilesDeps, type Answered } from "./answer-files.ts";
export type { GatewayPlaces } from "./reach.ts";

/** The tools for files. */
export function fileTools(deps: FileDeps): Tool[] {
  return [lsTool(deps), readTool(deps), writeTool(deps), editTool(deps)];
}

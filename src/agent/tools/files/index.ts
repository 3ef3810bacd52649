import type { OpenClawConfig } from "../../../config/index.ts";
import type { Tool } from "../tool.ts";
import { editTool } from "./edit.ts";
import { lsTool } from "./ls.ts";
import { readTool } from "./read.ts";
import { writeTool } from "./write.ts";

/** The tools for files. */
export function fileTools(config: () => OpenClawConfig): Tool[] {
  return [lsTool(config), readTool(config), writeTool(config), editTool(config)];
}

export { browserTool } from "./browser-tool.ts";

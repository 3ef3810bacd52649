export { profilesOf, SHELF, TOOL_PROFILES, TOOL_SECTIONS, type ToolProfile, toolGroups } from "./shelf.ts";
export { type ToolMatch, toolMatch, toolName } from "./tool-list.ts";
export { profileOf, toolPolicy } from "./tool-policy.ts";

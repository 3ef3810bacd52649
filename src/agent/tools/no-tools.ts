import type { Tools } from "./tool.ts";

/** Agents without tools. */
export const NO_TOOLS: Tools = {
  all: [],
  groups: {},
  effective: () => [],
  stop: () => Promise.resolve(),
};

/** Stands before the path of a surface, with a pass, in addresses that are their own credential. */
export const CAPABILITY_PREFIX = "/__openclaw__/cap";

/** What surfaces stand below: today's name, and the one from before, which pages and apps still use. */
export const SURFACE_ROOTS = ["/__openclaw__", "/__clawdbot__"] as const;

/** What can be looked at: the canvas, and renderers of A2UI. */
export const SURFACES = ["canvas", "a2ui"] as const;
export type Surface = (typeof SURFACES)[number];

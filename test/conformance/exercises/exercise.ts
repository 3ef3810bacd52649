import type { World } from "../support/index.ts";

/** Uses one method as a client would, on a gateway in the middle of its life. */
export type Exercise = (world: World) => Promise<unknown>;

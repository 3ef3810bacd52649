import type { MethodSpec } from "../define.ts";
import * as status from "./status.ts";

/** Every method of this gateway, by family; a method that is not here does not exist. */
export const METHODS: readonly MethodSpec[] = [...Object.values(status)];

export { status };

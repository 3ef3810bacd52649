export { lookupSchema } from "../../config/lookup.ts";
export { reloadKindOf } from "../../config/reload-plan.ts";
export { configJsonSchema, isSensitivePath, type OpenClawConfig } from "../../config/schema/index.ts";
export { validateConfig } from "../../config/validate.ts";

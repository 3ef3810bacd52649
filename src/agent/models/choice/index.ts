export { aliasesOf, aliasNames, configuredRef } from "./aliases.ts";
export { automaticModel } from "./automatic.ts";
export { configuredChoice, imageChoice, utilityChoice } from "./configured.ts";
export { Planner } from "./plan.ts";
export { allowedModels } from "./policy.ts";
export { formatRef, parseRef, sameRef, splitProfile } from "./ref.ts";
export { Resolver } from "./resolve.ts";
export { thinkingDefault, thinkingLevels, thinkingOf } from "./thinking.ts";

export { hostFacts } from "./host-facts.ts";
export * from "./prompt.ts";
export type { HostFacts } from "./sections.ts";
export { Seeding } from "./seeding.ts";
export { TEMPLATES } from "./templates.ts";
export { TimeWords } from "./time-words.ts";
export { withoutMarks } from "./user-message.ts";
export * from "./workspace-prompts.ts";

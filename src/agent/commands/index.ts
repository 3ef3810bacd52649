export * from "./chat-command.ts";
export * from "./chat-command-table.ts";
export { commandEntries } from "./command-entries.ts";
export type { CommandDeps, ModelDefaults, QueueChoice } from "./command-row.ts";
export { isOwner, mayCommand } from "./permissions.ts";
export { commandSummaries } from "./rows/index.ts";

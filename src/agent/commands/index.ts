export * from "./chat-command.ts";

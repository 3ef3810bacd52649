export { type CallDeps, notReady, WhatsappCalls } from "./calls.ts";

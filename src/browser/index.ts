export { browserOnMachine } from "./on-machine.ts";
export { Browser } from "./browser.ts";
export type { BrowserDeps } from "./deps.ts";
export type { BrowserAsk, BrowserReply } from "./request.ts";

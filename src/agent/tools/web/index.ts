export { type WebFetchDeps, webFetchTool } from "./web-fetch.ts";

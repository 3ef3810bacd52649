export * from "./contract.ts";
export * from "./device.ts";
export * from "./reference-client.ts";
export * from "./world.ts";
export * from "./node-process.ts";

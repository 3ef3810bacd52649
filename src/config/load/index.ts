export * from "./dotenv.ts";
export * from "./hash.ts";
export * from "./include.ts";
export * from "./load.ts";
export * from "./service-env.ts";
export * from "./substitute.ts";

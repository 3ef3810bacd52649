export * from "./binary.ts";
export * from "./gateway.ts";
export * from "./port.ts";
export * from "./program.ts";
export * from "./raw-socket.ts";
export * from "./temp-home.ts";
export * from "./wait.ts";
export * from "./wire.ts";

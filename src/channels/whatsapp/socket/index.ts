export type { Ending } from "./ending.ts";
export type { BaileysLibrary } from "./library.ts";
export { loadBaileys } from "./library.ts";
export { openSocket, type SocketDeps, type SocketNews, type WhatsappSocket } from "./open-socket.ts";
export { type WebPlace, webPlace } from "./place.ts";

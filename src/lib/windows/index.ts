export { type ConsoleCalls, type ConsoleEnd, putConsoleAway } from "./console.ts";

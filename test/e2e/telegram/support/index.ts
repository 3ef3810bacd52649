export { answerMarks, heardIn, marked, marksIn } from "./marks.ts";
export * from "./samples.ts";
export { type AccountRow, OWNER_ID, PATIENCE_MS, TelegramWorld, type TelegramWorldOptions } from "./world.ts";

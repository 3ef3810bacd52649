export { contextOf, messagesOf, SUMMARY_INTRODUCTION } from "./context.ts";
export { FAILED, LOST_RESULT, STOPPED, wellFormed } from "./pairing.ts";
export { activePath } from "./path.ts";
export { blocksOf, fieldsOf, messageIn, textOf, timeOf, usageOf } from "./reading.ts";

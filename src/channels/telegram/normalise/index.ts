export type { Reading } from "./reading.ts";
export { type BotSelf, selfOf, type SentMessage } from "./self.ts";
export { type KeyedEvent, normaliseUpdate, readUpdate, UPDATE_KINDS } from "./update.ts";

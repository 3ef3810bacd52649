import { join } from "node:path";

export interface RecordedCall {
  readonly method: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface RecordedCase {
  readonly name: string;
  readonly note?: string;
  /** What Telegram told the bot, without its id; null for a case that begins otherwise. */
  readonly update: Readonly<Record<string, Readonly<Record<string, unknown>>>> | null;
  readonly calls: readonly RecordedCall[];
}

export interface Recording {
  readonly cases: readonly RecordedCase[];
  /** The first calls of the process, in order. */
  readonly startup: readonly RecordedCall[];
}

/** The recording beside this file. */
export async function recording(): Promise<Recording> {
  return (await Bun.file(join(import.meta.dir, "telegram-bot-api.json")).json()) as Recording;
}

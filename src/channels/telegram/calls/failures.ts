import { SendError } from "../../outbound-message.ts";
import { CallError } from "../client/index.ts";

/** True when a call was refused with these words. */
export function refusedWith(error: unknown, words: RegExp): boolean {
  return error instanceof CallError && words.test(error.description ?? "");
}

/** What an edit that changes nothing is answered. */
export const NOT_MODIFIED = /message is not modified/i;

/** A topic that is called so, or closed, already. */
export const TOPIC_NOT_MODIFIED = /TOPIC_NOT_MODIFIED/i;

/** The message an edit is for is gone, or was never one that can be edited. */
export const NOT_EDITABLE =
  /message to edit not found|message can't be edited|MESSAGE_ID_INVALID|message_id_invalid|message not found/i;

/** Only the caption of a file can be edited. */
export const NO_TEXT = /there is no text in the message/i;

export const NOT_DELETABLE = /message to delete not found|message can't be deleted|MESSAGE_ID_INVALID/i;

/** The quote does not stand in the message, or not any more. */
export const BAD_QUOTE = /quote not found|QUOTE_TEXT_INVALID|quote text invalid/i;

/** A picture Telegram does not take as one. */
export const BAD_PHOTO =
  /PHOTO_INVALID_DIMENSIONS|PHOTO_TOO_BIG|too big for a photo|PHOTO_EXT_INVALID|PHOTO_SAVE_FILE_INVALID|IMAGE_PROCESS_FAILED/i;

/** The person takes no voice notes. */
export const NO_VOICE = /VOICE_MESSAGES_FORBIDDEN/i;

export const BAD_REACTION = /REACTION_INVALID|REACTION_EMPTY/i;

export const FILE_TOO_BIG = /file is too big/i;

/** A call that may be made twice did not fail for good when its answer was lost. */
export function repeatable(error: unknown): unknown {
  if (!(error instanceof SendError) || error.failure !== "uncertain") return error;
  return new SendError("busy", error.message, { cause: error });
}

/** Words of any error. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

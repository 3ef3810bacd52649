import type { Static, TSchema } from "@sinclair/typebox";
import { fits } from "../protocol/index.ts";

/** A chat as a place to send to; JSON. */
export interface Target {
  /** Id or public name on the channel. */
  readonly chatId: string;
  readonly topicId?: string;
  /** What is known of the chat; ids and names do not always tell. */
  readonly chatKind?: "direct" | "group" | "channel";
}

/** A file that goes out. */
export interface OutboundMedia {
  /** Path of a file, http(s) address or data URL. */
  readonly source: string;
  readonly name?: string;
  readonly mimeType?: string;
}

export interface Button {
  readonly text: string;
  /** What the press says; at most 64 bytes on Telegram. */
  readonly data?: string;
  readonly url?: string;
}

/** What is to be said in a chat, before it is cut into calls. */
export interface OutboundMessage {
  /** Markdown, or nothing for media alone. */
  readonly text: string;
  readonly media?: readonly OutboundMedia[];
  readonly buttons?: readonly (readonly Button[])[];
  readonly replyToId?: string;
  /** With it, only this part of the message is quoted. */
  readonly quote?: string;
  readonly silent?: boolean;
  /** Audio is sent as a voice note. */
  readonly asVoice?: boolean;
  /** Pictures and films are sent as files. */
  readonly forceDocument?: boolean;
  readonly gifPlayback?: boolean;
  /** A preview that stands in the chat: the first part takes its place when the channel can edit. */
  readonly replaces?: unknown;
  /** Pins it once it has arrived. */
  readonly pin?: boolean;
}

export interface OutboundPoll {
  readonly question: string;
  readonly options: readonly string[];
  readonly maxSelections?: number;
  readonly durationSeconds?: number;
  readonly isAnonymous?: boolean;
  readonly silent?: boolean;
  readonly replyToId?: string;
}

/** One call of a platform, made by its channel and understood by nobody else; JSON. */
export type OutboundPart = Readonly<Record<string, unknown>>;

/** What a platform said of a call that arrived; JSON. */
export interface Receipt {
  readonly messageId: string;
  readonly chatId: string;
  /** More ids when one call made several messages (albums). */
  readonly messageIds?: readonly string[];
  readonly pollId?: string;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * How a call failed. `refused`: the platform or we said no, it never will arrive. `busy`: it did not arrive, later it may
 * (after `retryAfterMs` if told). `not-ready`: the account cannot send now; the attempt does not count. `markup`: the
 * platform could not read the markup; as plain text it may arrive. `uncertain`: it may have arrived.
 */
export type SendFailure = "refused" | "busy" | "not-ready" | "markup" | "uncertain";

/** A call that has no receipt. */
export class SendError extends Error {
  override readonly name = "SendError";

  constructor(
    readonly failure: SendFailure,
    message: string,
    readonly details: {
      readonly retryAfterMs?: number;
      /** The account is not linked: a person has to log it in. */
      readonly isNotLinked?: true;
      /** The chat has this id now. */
      readonly movedTo?: string;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }
}

/** @throws SendError `refused`, always; `why` is for a person. */
export function refuse(why: string): never {
  throw new SendError("refused", why);
}

/** Reads a part as its channel stored it, maybe an earlier version of it. @throws SendError `refused` for one it did not make */
export function storedPart<T extends TSchema>(schema: T, part: OutboundPart): Static<T> {
  if (fits(schema, part)) return part;
  return refuse("This message was stored in a form this version does not know; send it again.");
}

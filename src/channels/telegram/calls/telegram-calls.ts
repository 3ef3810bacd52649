import type { ActionResult, ChannelAction } from "../../action.ts";
import type { ChannelConnection, FetchedMedia } from "../../channel.ts";
import type { MediaRef } from "../../inbound-event.ts";
import { type OutboundPart, type Receipt, SendError, type Target } from "../../outbound-message.ts";
import type { SentMessage } from "../normalise/index.ts";
import { act } from "./actions.ts";
import { typingIn } from "./address.ts";
import type { CallDeps } from "./deps.ts";
import { TelegramDrafts } from "./drafts.ts";
import { explained } from "./explain.ts";
import { wordsOf } from "./failures.ts";
import { fetchMedia } from "./files/fetch-media.ts";
import { PRESS_TEXT_MAX_CHARS } from "./limits.ts";
import { react } from "./reactions.ts";
import { sendPart } from "./send.ts";
import { SentMessages } from "./sent-messages.ts";

type Calls = Pick<ChannelConnection, "send" | "typing" | "react" | "acknowledgePress" | "fetchMedia" | "act">;

/** Everything a connection does in chats, as calls of the Bot API. */
export class TelegramCalls implements Calls {
  readonly drafts: TelegramDrafts;
  readonly #deps: CallDeps;
  readonly #sent = new SentMessages();
  /** Until when typing is not shown because Telegram was asked too often, by the monotonic clock. */
  #quietUntil = 0;

  constructor(deps: CallDeps) {
    this.#deps = deps;
    this.drafts = new TelegramDrafts(deps, this.#sent);
  }

  /** @throws SendError */
  async send(part: OutboundPart, target: Target, signal: AbortSignal): Promise<Receipt> {
    const deps = { ...this.#deps, drafts: this.drafts };
    const receipt = await sendPart(part, target, deps, signal).catch((error: unknown) => {
      throw explained(error, target);
    });
    this.#sent.add(receipt, target);
    return receipt;
  }

  /** Best effort: never throws. */
  async typing(target: Target): Promise<void> {
    const { client, clock, log } = this.#deps;
    if (clock.monotonic() < this.#quietUntil) return;
    try {
      await client.call("sendChatAction", { ...typingIn(target), action: "typing" });
    } catch (error) {
      const waitMs = error instanceof SendError ? error.details.retryAfterMs : undefined;
      if (waitMs !== undefined) this.#quietUntil = clock.monotonic() + waitMs;
      log.debug("typing is not shown", { error: wordsOf(error) });
    }
  }

  /** An emoji Telegram does not take is shown as another: it is the mark that counts. @throws SendError */
  async react(target: Target, messageId: string, emoji: string | undefined): Promise<void> {
    await react(target, messageId, emoji, this.#deps, true).catch((error: unknown) => {
      throw explained(error, target);
    });
  }

  /** Best effort: never throws. */
  async acknowledgePress(pressId: string, text?: string): Promise<void> {
    const { client, log } = this.#deps;
    const shown = text?.toWellFormed().slice(0, PRESS_TEXT_MAX_CHARS).toWellFormed();
    try {
      await client.call("answerCallbackQuery", {
        callback_query_id: pressId,
        ...(shown !== undefined && shown !== "" && { text: shown }),
      });
    } catch (error) {
      log.debug("a press could not be acknowledged", { error: wordsOf(error) });
    }
  }

  /** @throws Error that says why not, for the agent */
  async fetchMedia(media: MediaRef, maxBytes: number, signal: AbortSignal): Promise<FetchedMedia> {
    return await fetchMedia(media, maxBytes, this.#deps, signal);
  }

  /** @throws SendError */
  async act(action: ChannelAction): Promise<ActionResult> {
    const result = await act(action, this.#deps).catch((error: unknown) => {
      throw explained(error, action.target);
    });
    if (result.receipt !== undefined) this.#sent.add(result.receipt, action.target);
    return result;
  }

  /** What is known of a message as one the account sent, for reading reactions. */
  sent(chatId: string, messageId: string): SentMessage | undefined {
    return this.#sent.find(chatId, messageId);
  }

  /** Ends what goes on by itself. */
  async stop(): Promise<void> {
    await this.drafts.stop();
  }
}

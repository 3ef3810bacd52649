import type { Timer } from "../../../lib/clock.ts";
import type { Drafts } from "../../channel.ts";
import { refuse, SendError, type Target } from "../../outbound-message.ts";
import { telegramTexts } from "../markup/index.ts";
import { draftOf, type DraftRef, outgoingRules, type Words } from "../render/index.ts";
import { chatNumber, workingIn } from "./address.ts";
import type { CallDeps } from "./deps.ts";
import { NOT_DELETABLE, NOT_MODIFIED, refusedWith, wordsOf } from "./failures.ts";
import { DISCARD_MAX_MS, DRAFT_PACE_MS, ENDED_REMEMBERED, GROUP_DRAFT_PACE_MS } from "./limits.ts";
import { previewFields, textFields } from "./options.ts";
import { repeated } from "./repeat.ts";
import type { SentMessages } from "./sent-messages.ts";

type DraftDeps = Pick<CallDeps, "client" | "clock" | "log" | "account">;

interface Waiting {
  /** What is to be shown next; only the newest text counts. */
  text: string;
  readonly shown: PromiseWithResolvers<void>;
}

/** A preview that stands in a chat. */
interface Live {
  waiting?: Waiting;
  timer?: Timer;
  /** The edit that is under way. */
  running?: Promise<void>;
}

/**
 * Previews by edits. Edits of one chat are apart by what Telegram allows, what comes in between is merged, and a chat that was
 * too busy is left alone for as long as Telegram says.
 */
export class TelegramDrafts implements Drafts {
  readonly #deps: DraftDeps;
  readonly #sent: SentMessages;
  readonly #live = new Map<string, Live>();
  /** Previews that are over: a text that comes late must not cover the answer. */
  readonly #ended = new Set<string>();
  /** When a chat may be edited again, by the monotonic clock. */
  readonly #free = new Map<string, number>();

  constructor(deps: DraftDeps, sent: SentMessages) {
    this.#deps = deps;
    this.#sent = sent;
  }

  /** Shows a preview. @throws SendError */
  async open(target: Target, text: string): Promise<unknown> {
    const words = this.#words(text);
    const show = (shown: Words) =>
      this.#deps.client.call("sendMessage", {
        ...workingIn(target),
        ...textFields(shown),
        ...this.#preview(),
      });
    const message = await show(words).catch((error: unknown) => {
      if (!isMarkup(error)) throw error;
      return show({ plain: words.plain });
    });
    const draft: DraftRef = { chatId: String(message.chat.id), messageId: message.message_id };
    this.#sent.add({ ...draft, messageId: String(draft.messageId), at: message.date * 1000 }, target);
    this.#live.set(keyOf(draft), {});
    this.#takeTurn(draft);
    return draft;
  }

  /** Shows another text, as soon as the chat takes one; resolves when this or a newer one is shown, or the preview is gone. @throws SendError */
  async update(_target: Target, draft: unknown, text: string): Promise<void> {
    const ref = draftOf(draft) ?? refuse("That is no preview of Telegram.");
    if (this.#ended.has(keyOf(ref))) return;
    const live = this.#liveOf(ref);
    if (live.waiting === undefined) live.waiting = { text, shown: Promise.withResolvers() };
    else live.waiting.text = text;
    const { promise } = live.waiting.shown;
    this.#schedule(ref, live);
    await promise;
  }

  /** Takes a preview away; never throws. */
  async discard(_target: Target, draft: unknown): Promise<void> {
    const ref = draftOf(draft);
    if (ref === undefined) return;
    await this.settle(ref);
    const remove = () =>
      this.#deps.client.call("deleteMessage", {
        chat_id: chatNumber(ref.chatId),
        message_id: ref.messageId,
      });
    try {
      await repeated(this.#deps.clock, remove, { maxPauseMs: DISCARD_MAX_MS });
    } catch (error) {
      if (refusedWith(error, NOT_DELETABLE)) return;
      this.#deps.log.warn("a preview could not be taken away", { chatId: ref.chatId, error: wordsOf(error) });
    }
  }

  /** Ends the edits of a preview; none is under way when it resolves, so that a late one cannot cover the answer. */
  async settle(ref: DraftRef): Promise<void> {
    this.#end(ref);
    const live = this.#live.get(keyOf(ref));
    if (live === undefined) return;
    this.#live.delete(keyOf(ref));
    live.timer?.cancel();
    live.waiting?.shown.resolve();
    delete live.waiting;
    await live.running;
  }

  /** Ends the edits of all previews. They stay as they are: who made them takes them away. */
  async stop(): Promise<void> {
    const refs = [...this.#live.keys()].map(refOf);
    await Promise.all(refs.map((ref) => this.settle(ref)));
  }

  #schedule(ref: DraftRef, live: Live): void {
    if (live.timer !== undefined || live.running !== undefined || live.waiting === undefined) return;
    const { clock } = this.#deps;
    const waitMs = Math.max(0, (this.#free.get(ref.chatId) ?? 0) - clock.monotonic());
    if (waitMs > 0) {
      live.timer = clock.after(waitMs, () => {
        delete live.timer;
        // Another preview of the chat may have been faster.
        this.#schedule(ref, live);
      });
      return;
    }
    live.running = this.#edit(ref, live).finally(() => {
      delete live.running;
      this.#schedule(ref, live);
    });
  }

  async #edit(ref: DraftRef, live: Live): Promise<void> {
    const { waiting } = live;
    if (waiting === undefined) return;
    delete live.waiting;
    this.#takeTurn(ref);
    try {
      await this.#show(ref, this.#words(waiting.text));
      waiting.shown.resolve();
    } catch (error) {
      const retryAfterMs = error instanceof SendError ? error.details.retryAfterMs : undefined;
      if (retryAfterMs === undefined) return waiting.shown.reject(error);
      this.#free.set(ref.chatId, this.#deps.clock.monotonic() + retryAfterMs);
      if (!this.#live.has(keyOf(ref))) return waiting.shown.resolve();
      this.#putBack(live, waiting);
    }
  }

  /** What was not shown is shown later, unless something newer is to be. */
  #putBack(live: Live, waiting: Waiting): void {
    const newer = live.waiting;
    live.waiting = { text: newer?.text ?? waiting.text, shown: waiting.shown };
    if (newer !== undefined) waiting.shown.promise.then(newer.shown.resolve, newer.shown.reject);
  }

  async #show(ref: DraftRef, words: Words): Promise<void> {
    const show = (shown: Words) =>
      this.#deps.client.call("editMessageText", {
        chat_id: chatNumber(ref.chatId),
        message_id: ref.messageId,
        ...textFields(shown),
        ...this.#preview(),
      });
    try {
      await show(words);
    } catch (error) {
      if (refusedWith(error, NOT_MODIFIED)) return;
      if (!isMarkup(error)) throw error;
      await show({ plain: words.plain });
    }
  }

  #end(ref: DraftRef): void {
    this.#ended.add(keyOf(ref));
    for (const oldest of this.#ended) {
      if (this.#ended.size <= ENDED_REMEMBERED) break;
      this.#ended.delete(oldest);
    }
  }

  #liveOf(ref: DraftRef): Live {
    let live = this.#live.get(keyOf(ref));
    // A preview of an earlier process goes on as one of this.
    if (live === undefined) this.#live.set(keyOf(ref), (live = {}));
    return live;
  }

  /** Only the first message of a text is shown: a preview is one message. @throws SendError `refused` when it says nothing */
  #words(text: string): Words {
    const { textLimit, tables } = outgoingRules(this.#deps.account());
    const [first] = telegramTexts(text, { limit: textLimit, tables });
    return first ?? refuse("A preview has to say something.");
  }

  #preview() {
    return previewFields(outgoingRules(this.#deps.account()).linkPreview);
  }

  #takeTurn({ chatId }: DraftRef): void {
    const now = this.#deps.clock.monotonic();
    for (const [chat, at] of this.#free) if (at <= now) this.#free.delete(chat);
    this.#free.set(chatId, now + (chatId.startsWith("-") ? GROUP_DRAFT_PACE_MS : DRAFT_PACE_MS));
  }
}

function isMarkup(error: unknown): boolean {
  return error instanceof SendError && error.failure === "markup";
}

function keyOf({ chatId, messageId }: DraftRef): string {
  return `${chatId}:${messageId}`;
}

function refOf(key: string): DraftRef {
  const [chatId = "", messageId] = key.split(":");
  return { chatId, messageId: Number(messageId) };
}

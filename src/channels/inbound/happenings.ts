import type { Logger } from "../../lib/logger.ts";
import type { Conversations } from "../conversations.ts";
import type { InboundMigration, InboundReaction } from "../inbound-event.ts";
import { asQuoted } from "./words/context.ts";
import type { Hearing, Place, Scene } from "./hearing.ts";
import { reactionsHeard } from "./policies.ts";
import { calledBy, oneLine, type Said } from "./words/said.ts";

export interface HappeningsDeps {
  readonly hearing: Hearing;
  readonly conversations: Pick<Conversations, "note">;
  /** A group has another id: its settings move with it. The account allows it. @throws Error */
  readonly moveChat: (move: {
    readonly channel: string;
    readonly accountId: string;
    readonly from: string;
    readonly to: string;
  }) => Promise<void>;
  readonly log: Logger;
}

/** What the agent only learns of. Each answers the disposition of its row. */
export class Happenings {
  readonly #deps: HappeningsDeps;

  constructor(deps: HappeningsDeps) {
    this.#deps = deps;
  }

  /** @throws StoreError, UnroutableError */
  async reaction(place: Place, reaction: InboundReaction): Promise<string> {
    const heard = reactionsHeard(place.account);
    if (heard === "off" || (heard === "own" && !reaction.isToOwn)) return "ignored:reactions";
    const { hearing, conversations } = this.#deps;
    const scene = hearing.scene(place, reaction.chat, reaction.sender);
    const admission = await hearing.admit(scene, reaction);
    if (admission.state === "refused") return `ignored:${admission.reason}`;
    if (admission.state === "stranger") return "ignored:stranger";
    const { added, removed, sender, messageId } = reaction;
    const { label } = place.channel.meta;
    const tell = (what: string, emojis: readonly string[]) => {
      if (emojis.length === 0) return;
      const text = `${label} reaction ${what}: ${oneLine(emojis.join(" "))} by ${calledBy(sender)} on msg ${messageId}`;
      conversations.note(scene.route.sessionKey, text);
    };
    tell("added", added);
    tell("removed", removed);
    return "noted";
  }

  /** The agent answered the message as it was: it is told how it reads now, without a turn. */
  edit({ channel, route }: Scene, { sender, message, text }: Said): string {
    const words = text === "" ? "(no text)" : asQuoted(text);
    const note = `${channel.meta.label} message ${message.messageId} was edited by ${calledBy(sender)}, it now reads: ${words}`;
    this.#deps.conversations.note(route.sessionKey, note);
    return "noted";
  }

  async migration({ account }: Place, { chat, newChatId }: InboundMigration): Promise<string> {
    const { log, moveChat } = this.#deps;
    const facts = { channel: account.channel, accountId: account.id, from: chat.id, to: newChatId };
    if (account.settings.configWrites === false) {
      log.warn(
        "a group has another id now; its settings stay under the old one (configWrites is off)",
        facts,
      );
      return "ignored:configWrites";
    }
    try {
      await moveChat(facts);
    } catch (error) {
      log.error("a group has another id now; its settings could not be moved to it", { ...facts, error });
      return "ignored:not-moved";
    }
    return "moved";
  }
}

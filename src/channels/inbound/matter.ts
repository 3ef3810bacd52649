import type { RunId } from "../../protocol/index.ts";
import type { CommandAnswer } from "../conversations.ts";
import type { LiveReply } from "../live/index.ts";
import type { Admission } from "../access/index.ts";
import type { Entry } from "./lanes/entry.ts";
import type { Scene } from "./hearing.ts";
import type { Said } from "./words/said.ts";

/** Something said, with where it belongs, on its way to an answer. */
export interface Matter {
  readonly lane: string;
  readonly scene: Scene;
  readonly entries: readonly Entry[];
  readonly said: Said;
}

export type Admitted = Extract<Admission, { state: "admitted" }>;

/** What a command in front of a message chooses for its turn. */
export type Choices = Extract<CommandAnswer, { kind: "continue" }>;

/** A turn that agents have taken and whose answer is not settled. */
export interface OpenTurn extends Matter {
  readonly runId: RunId;
  /** What the chat is shown meanwhile; nothing after a restart, and where nothing may be sent. */
  readonly live?: LiveReply;
  /** Said before the answer. */
  readonly notice?: string;
}

/** What the log names. */
export function factsOf({ scene, entries }: Matter): Readonly<Record<string, unknown>> {
  return {
    channel: scene.account.channel,
    accountId: scene.account.id,
    chatId: scene.chat.id,
    ids: entries.map(({ row }) => row.id),
  };
}

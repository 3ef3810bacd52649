import type { OpenClawConfig } from "../../config/index.ts";
import type { RunId } from "../../protocol/index.ts";
import type { ChannelTurn, TurnMedia } from "../conversations.ts";
import { speakerOf } from "./hearing.ts";
import type { Admitted, Choices, Matter } from "./matter.ts";
import { channelModel } from "./policies.ts";
import { firstRun } from "./lanes/run-names.ts";

/** How a matter is said. */
export interface Manner {
  readonly runId: RunId;
  readonly admitted: Admitted;
  /** Of a command in front of it. */
  readonly choices?: Choices | undefined;
}

/** The turn a matter becomes; `text` is what was said, `media` what is shown with it. */
export function channelTurn(
  config: OpenClawConfig,
  { scene, said: { sender, messageIds }, entries }: Matter,
  { runId, admitted, choices }: Manner,
  text: string,
  media: readonly TurnMedia[] = [],
): ChannelTurn {
  const { account, chat, rules, route } = scene;
  const [first] = entries;
  const messageId = messageIds.at(-1);
  const firstTry = first && firstRun(first.row);
  const retryOf = firstTry === runId ? undefined : firstTry;
  const chatModel = channelModel(config, account.channel, chat);
  return {
    ...route,
    channel: account.channel,
    runId,
    text,
    speaker: speakerOf(scene, sender, admitted),
    chatKind: chat.kind,
    ...(chat.title !== undefined && { chatTitle: chat.title }),
    ...(messageId !== undefined && { messageId }),
    media,
    ...(rules.directHistoryLimit !== undefined && { historyLimit: rules.directHistoryLimit }),
    ...(rules.systemPrompt !== undefined && { systemPrompt: rules.systemPrompt }),
    ...(choices?.model !== undefined && { model: choices.model }),
    ...(chatModel !== undefined && { chatModel }),
    ...(choices?.thinking !== undefined && { thinking: choices.thinking }),
    ...(choices?.queueMode !== undefined && { queueMode: choices.queueMode }),
    ...(retryOf !== undefined && { retryOf }),
  };
}

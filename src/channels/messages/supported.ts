import type { Channel, ChannelAccount } from "../channel.ts";
import { closedGate } from "./gates.ts";

/** The actions of `message.action` a channel can do; with an account, those its settings allow. */
export function supportedActions({ capabilities }: Channel, account?: ChannelAccount): readonly string[] {
  const { polls, reactions, edit, topics, media } = capabilities;
  const all = [
    "send",
    ...(polls ? ["poll"] : []),
    ...(reactions ? ["react"] : []),
    ...(edit ? ["edit"] : []),
    "delete",
    "pin",
    "unpin",
    "read",
    "search",
    "broadcast",
    ...(media.includes("sticker") ? ["sticker"] : []),
    ...(topics ? ["topic-create", "topic-edit"] : []),
    "channel-info",
    "chat-admins",
  ];
  return account === undefined ? all : all.filter((action) => closedGate(action, account) === undefined);
}

import type { ChannelCapabilities } from "../channel.ts";

/** What an agent's tool can do, and what a channel needs for it; `read` looks into our own transcript. */
const NEEDS: Readonly<Record<string, (can: ChannelCapabilities) => boolean>> = {
  send: () => true,
  poll: (can) => can.polls,
  react: (can) => can.reactions,
  edit: (can) => can.edit,
  delete: (can) => can.edit,
  pin: (can) => can.edit,
  unpin: (can) => can.edit,
  read: () => true,
  sticker: (can) => can.media.includes("sticker"),
  "topic-create": (can) => can.topics,
  "topic-edit": (can) => can.topics,
};

/** The actions a channel can do. */
export function actionsOf(capabilities: ChannelCapabilities): readonly string[] {
  return Object.entries(NEEDS).flatMap(([action, holds]) => (holds(capabilities) ? [action] : []));
}

import { recordOf } from "../../lib/records.ts";
import { invalidRequest } from "../../protocol/index.ts";
import type { Channel, ChannelAccount } from "../channel.ts";

interface Gate {
  /** Keys of `actions`, all of which must be on. */
  readonly keys: readonly string[];
  /** What holds when the configuration says nothing. */
  readonly unset: boolean;
}

const on = (...keys: string[]): Gate => ({ keys, unset: true });

/** What `channels.<id>.actions` says of each action; those that are not here are always allowed. */
const GATES: Readonly<Record<string, Gate>> = {
  send: on("sendMessage"),
  broadcast: on("sendMessage"),
  pin: on("sendMessage"),
  unpin: on("sendMessage"),
  poll: on("sendMessage", "poll", "polls"),
  react: on("reactions"),
  "emoji-list": on("reactions"),
  edit: on("editMessage"),
  delete: on("deleteMessage"),
  sticker: { keys: ["sticker"], unset: false },
  "topic-create": on("createForumTopic"),
  "topic-edit": on("editForumTopic"),
};

/** The key that keeps an account from doing `action`; undefined when nothing does. */
export function closedGate(action: string, account: ChannelAccount): string | undefined {
  const gate = GATES[action];
  if (!gate) return undefined;
  const said = recordOf(account.settings.actions);
  return gate.keys.find((key) => (said[key] ?? gate.unset) !== true);
}

/** @throws ProtocolError when the account's settings do not allow the action */
export function assertAllowed(action: string, channel: Channel, account: ChannelAccount): void {
  const key = closedGate(action, account);
  if (key === undefined) return;
  const { id, label } = channel.meta;
  throw invalidRequest(
    `${label}: ${action} is off for account ${account.id}. Set channels.${id}.actions.${key} to true to allow it.`,
  );
}

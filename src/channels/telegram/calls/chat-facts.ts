import type { ChatFullInfo, ChatMember } from "grammy/types";
import type { ActionResult, DirectoryEntry } from "../../action.ts";
import type { Target } from "../../outbound-message.ts";
import { chatNumber } from "./address.ts";
import type { CallDeps } from "./deps.ts";
import { repeated } from "./repeat.ts";

type Deps = Pick<CallDeps, "client" | "clock">;

/** What a chat is called and how many are in it. @throws SendError */
export async function chatInfo({ chatId }: Target, { client, clock }: Deps): Promise<ActionResult> {
  const chat_id = chatNumber(chatId);
  const chat = await repeated(clock, () => client.call("getChat", { chat_id }));
  const memberCount = await repeated(clock, () => client.call("getChatMemberCount", { chat_id }));
  return {
    chat: {
      id: String(chat.id),
      kind: kindOf(chat),
      title: chat.title ?? nameOf(chat),
      ...(chat.username !== undefined && { username: chat.username }),
      ...(chat.description !== undefined && { description: chat.description }),
      ...(chat.bio !== undefined && { bio: chat.bio }),
      ...(chat.is_forum === true && { isForum: true }),
      ...(chat.pinned_message !== undefined && { pinnedMessageId: String(chat.pinned_message.message_id) }),
      memberCount,
    },
  };
}

/** Who may administer a chat. @throws SendError */
export async function chatAdmins({ chatId }: Target, { client, clock }: Deps): Promise<ActionResult> {
  const chat_id = chatNumber(chatId);
  const members = await repeated(clock, () => client.call("getChatAdministrators", { chat_id }));
  return { entries: members.map(entryOf) };
}

function entryOf({ user }: ChatMember): DirectoryEntry {
  return {
    kind: "user",
    id: String(user.id),
    name: nameOf(user),
    ...(user.username !== undefined && { handle: `@${user.username}` }),
  };
}

function kindOf(chat: ChatFullInfo): DirectoryEntry["kind"] {
  if (chat.type === "private") return "user";
  return chat.type === "channel" ? "channel" : "group";
}

function nameOf(one: {
  readonly first_name?: string | undefined;
  readonly last_name?: string | undefined;
}): string {
  return [one.first_name, one.last_name].filter((part) => part !== undefined && part !== "").join(" ");
}

import type { ActionResult, ChannelAction } from "../../action.ts";
import { refuse, type Target } from "../../outbound-message.ts";
import { chatNumber, isGeneral, topicNumber } from "./address.ts";
import type { CallDeps } from "./deps.ts";
import { refusedWith, TOPIC_NOT_MODIFIED } from "./failures.ts";
import { TOPIC_NAME_MAX_CHARS } from "./limits.ts";
import { repeated } from "./repeat.ts";

type Deps = Pick<CallDeps, "client" | "clock">;
type Create = Extract<ChannelAction, { action: "topic-create" }>;
type Edit = Extract<ChannelAction, { action: "topic-edit" }>;

/** Colours of the sign of a topic, as Telegram has them. */
const COLOURS = [7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047] as const;

/** Opens a topic. Not repeated: a lost answer may mean that it is there. @throws SendError */
export async function createTopic(
  { target, name, iconColor }: Create,
  { client }: Deps,
): Promise<ActionResult> {
  const colour = iconColor === undefined ? undefined : COLOURS.find((one) => one === iconColor);
  if (iconColor !== undefined && colour === undefined) {
    refuse(`Telegram has no topics of the colour ${iconColor}; it has ${COLOURS.join(", ")}.`);
  }
  const topic = await client.call("createForumTopic", {
    chat_id: chatNumber(target.chatId),
    name: topicName(name),
    ...(colour !== undefined && { icon_color: colour }),
  });
  return { topicId: String(topic.message_thread_id) };
}

/** Renames, closes or opens the topic a target names. @throws SendError */
export async function editTopic(action: Edit, deps: Deps): Promise<ActionResult> {
  const { target, name, iconEmojiId, closed } = action;
  const topic = topicNumber(target) ?? refuse("A topic has to be named: <chat>:topic:<n>, or --thread-id.");
  if (name === undefined && iconEmojiId === undefined && closed === undefined) {
    refuse("Nothing of the topic is to be changed: give a name, a sign, or whether it is closed.");
  }
  if (name !== undefined || iconEmojiId !== undefined) await rename(target, topic, name, iconEmojiId, deps);
  if (closed !== undefined) await setClosed(target, topic, closed, deps);
  return { topicId: String(topic) };
}

async function rename(
  target: Target,
  topic: number,
  name: string | undefined,
  iconEmojiId: string | undefined,
  deps: Deps,
): Promise<void> {
  const { client } = deps;
  const chat_id = chatNumber(target.chatId);
  if (isGeneral(target)) {
    if (name === undefined || iconEmojiId !== undefined)
      refuse("The general topic has a name and no sign of its own.");
    const general = { chat_id, name: topicName(name) };
    return await changed(deps, () => client.call("editGeneralForumTopic", general));
  }
  const change = {
    chat_id,
    message_thread_id: topic,
    ...(name !== undefined && { name: topicName(name) }),
    ...(iconEmojiId !== undefined && { icon_custom_emoji_id: iconEmojiId }),
  };
  await changed(deps, () => client.call("editForumTopic", change));
}

async function setClosed(target: Target, topic: number, closed: boolean, deps: Deps): Promise<void> {
  const { client } = deps;
  const chat_id = chatNumber(target.chatId);
  const which = { chat_id, message_thread_id: topic };
  await changed(deps, () => {
    if (isGeneral(target)) {
      return client.call(closed ? "closeGeneralForumTopic" : "reopenGeneralForumTopic", { chat_id });
    }
    return client.call(closed ? "closeForumTopic" : "reopenForumTopic", which);
  });
}

/** What is so already needs no change. */
async function changed({ clock }: Deps, call: () => Promise<unknown>): Promise<void> {
  try {
    await repeated(clock, call);
  } catch (error) {
    if (!refusedWith(error, TOPIC_NOT_MODIFIED)) throw error;
  }
}

function topicName(name: string): string {
  const trimmed = name.trim().toWellFormed();
  if (trimmed === "") refuse("A topic needs a name.");
  if (trimmed.length > TOPIC_NAME_MAX_CHARS) {
    refuse(
      `The name of the topic has ${trimmed.length} characters; Telegram takes at most ${TOPIC_NAME_MAX_CHARS}.`,
    );
  }
  return trimmed;
}

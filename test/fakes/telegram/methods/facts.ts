import { badRequest } from "../errors.ts";
import { isObject } from "../http/params.ts";
import type { Json } from "../shapes.ts";
import type { Chat } from "../state/chat.ts";
import type { World } from "../state/world.ts";
import type { Method, MethodContext } from "./method.ts";

const getMe: Method = ({ bot }) => ({
  ...bot.user,
  can_join_groups: true,
  can_read_all_group_messages: !bot.privacy,
  supports_inline_queries: false,
  can_connect_to_business: false,
  has_main_web_app: false,
  has_topics_enabled: false,
});

const getChat: Method = ({ world, bot, params }) => {
  const chat = world.chatFor(bot, params.text("chat_id"));
  const pinned = chat.messages.get(chat.pinned.at(-1) ?? 0);
  return {
    ...chat.shape,
    accent_color_id: 1,
    max_reaction_count: 11,
    accepted_gift_types: {},
    ...(chat.type === "private" ? {} : { permissions: { can_send_messages: true } }),
    ...(pinned ? { pinned_message: pinned } : {}),
  };
};

function memberOf(world: World, chat: Chat, userId: number): Json {
  const status = chat.members.get(userId);
  const bot = [...world.bots.values()].find(({ user }) => user.id === userId);
  const user = bot?.user ?? world.users.get(userId);
  if (!user || !status) throw badRequest("member not found");
  return { status, user, ...(status === "administrator" ? { can_be_edited: false } : {}) };
}

const getChatAdministrators: Method = ({ world, bot, params }) => {
  const chat = world.chatFor(bot, params.text("chat_id"));
  if (chat.type === "private") throw badRequest("there are no administrators in the private chat");
  const admins = [...chat.members].filter(([, status]) => status === "creator" || status === "administrator");
  return admins.map(([id]) => memberOf(world, chat, id));
};

const getChatMember: Method = ({ world, bot, params }) => {
  const chat = world.chatFor(bot, params.text("chat_id"));
  const id = params.integer("user_id", 0);
  const person = world.users.get(id);
  if (chat.type === "private" && chat.id === id && person) return { status: "member", user: person };
  return memberOf(world, chat, id);
};

const getChatMemberCount: Method = ({ world, bot, params }) => {
  const chat = world.chatFor(bot, params.text("chat_id"));
  return chat.type === "private" ? 2 : chat.members.size;
};

const getFile: Method = ({ world, params }) => {
  const id = params.text("file_id");
  if (id === undefined) throw badRequest("file_id not specified");
  const file = world.files.fetchable(id);
  return {
    file_id: file.id,
    file_unique_id: file.uniqueId,
    ...(file.size === undefined ? {} : { file_size: file.size }),
    file_path: file.path,
  };
};

const MAX_COMMANDS = 100;

/** `default`, `all_group_chats`, `chat:5`, each with a language when one is given. */
function scopeOf({ params }: MethodContext): string {
  const scope = params.object("scope", "BotCommandScope");
  const type = typeof scope?.type === "string" ? scope.type : "default";
  const place = scope?.chat_id === undefined ? "" : `:${String(scope.chat_id)}`;
  const language = params.text("language_code");
  return `${type}${place}${language === undefined ? "" : `/${language}`}`;
}

const setMyCommands: Method = (context) => {
  const commands = context.params.list("commands", "BotCommand") ?? [];
  if (commands.length > MAX_COMMANDS) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  const checked = commands.map((command) => {
    if (!isObject(command)) throw badRequest("can't parse BotCommand: expected an Object");
    const { command: name, description } = command;
    if (typeof name !== "string" || !/^\/?[a-z0-9_]{1,32}$/.test(name))
      throw badRequest("BOT_COMMAND_INVALID");
    if (typeof description !== "string" || description.length < 1 || description.length > 256) {
      throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
    }
    return { command: name.replace(/^\//, ""), description };
  });
  context.bot.commands.set(scopeOf(context), checked);
  return true;
};

const deleteMyCommands: Method = (context) => {
  context.bot.commands.delete(scopeOf(context));
  return true;
};

const getMyCommands: Method = (context) => context.bot.commands.get(scopeOf(context)) ?? [];

/** Methods that tell of bots, chats and files, and the command menu. */
export const factMethods: Readonly<Record<string, Method>> = {
  getMe,
  getChat,
  getChatAdministrators,
  getChatMember,
  getChatMemberCount,
  getFile,
  setMyCommands,
  deleteMyCommands,
  getMyCommands,
};

import { defineCommand } from "../../command.ts";
import { choiceOr, filled, integerOr, text, toggle } from "../../flags.ts";
import { gatewayFlags, jsonFlag } from "../../rpc/flags.ts";

const TIMEOUT_MS = 10_000;

/** A probe asks every platform; the slowest one may take its time. */
const STATUS_TIMEOUT_MS = 60_000;

const channel = filled("channel", "Channel, for example telegram");
const account = filled("id", "Account of the channel; its default one unless told");
const channelArgument = { name: "channel", summary: "Channel, for example telegram" };

export const listFlags = {
  all: toggle("Show channels without an account, too"),
  ...jsonFlag,
};

export const statusFlags = {
  probe: toggle("Ask every platform whether the account works"),
  channel,
  ...gatewayFlags(STATUS_TIMEOUT_MS),
};

export const addFlags = {
  channel,
  account,
  name: filled("name", "Name people see"),
  token: text("token", "Bot token; - reads it from standard input, others see one that is written here", {
    aliases: ["bot-token"],
  }),
  tokenFile: filled("path", "File that holds the token, read at every start"),
  useEnv: toggle("Use TELEGRAM_BOT_TOKEN of the gateway's environment"),
  authDir: filled("folder", "Folder of a WhatsApp link of an earlier version, to be taken over"),
  ...jsonFlag,
};

export const removeFlags = {
  channel,
  account,
  delete: toggle("Remove the account's settings, not only switch it off"),
  ...jsonFlag,
};

export const accountFlags = { channel, account, ...gatewayFlags(TIMEOUT_MS) };

export const loginFlags = {
  channel,
  account,
  force: toggle("Link the account anew although it is linked"),
  verbose: toggle("Log each step of the login; see openclaw channels logs"),
  ...gatewayFlags(TIMEOUT_MS),
};

export const capabilitiesFlags = { channel, account, ...jsonFlag };

export const resolveFlags = {
  channel: filled("channel", "Channel; not needed with one channel"),
  account,
  kind: choiceOr(["auto", "user", "group", "channel"], "auto", "What the names are names of"),
  ...gatewayFlags(TIMEOUT_MS),
};

const deadLetterPlace = {
  channel: filled("channel", "Channel; not needed with one channel"),
  account: filled("id", "Account of the channel; default unless told"),
};

export const deadLettersFlags = {
  ...deadLetterPlace,
  limit: integerOr(50, "n", "Most entries", { min: 1, max: 1_000 }),
  ...gatewayFlags(TIMEOUT_MS),
};

export const resubmitFlags = { ...deadLetterPlace, ...gatewayFlags(TIMEOUT_MS) };

export const channelLogsFlags = {
  channel: filled("channel", "Only of this channel; all unless told"),
  lines: integerOr(200, "n", "Most lines", { min: 1, max: 5_000 }),
  ...jsonFlag,
};

export const channelsCommand = defineCommand({
  name: "channels",
  summary: "Accounts on chat channels",
  examples: [
    ["openclaw channels add telegram", "Connect a Telegram bot"],
    ["openclaw channels status --probe", "See whether every account works"],
  ],
  subcommands: [
    defineCommand({
      name: "list",
      summary: "Accounts as configured, without asking the gateway",
      flags: listFlags,
      examples: [["openclaw channels list --all", "See the channels there are"]],
      load: () => import("../../channels/list.ts"),
    }),
    defineCommand({
      name: "status",
      summary: "Accounts as the gateway observes them",
      description: "Without a running gateway only what is configured can be shown; that is no failure.",
      flags: statusFlags,
      examples: [["openclaw channels status --probe", "Ask the platforms, too"]],
      load: () => import("../../channels/status.ts"),
    }),
    defineCommand({
      name: "add",
      summary: "Add an account, or change its credential",
      description:
        "A running gateway connects it by itself. A token given as an argument can be seen by others on this machine while the command runs: let it be asked for, pipe it in, or name a file.",
      args: [channelArgument],
      flags: addFlags,
      examples: [
        ["openclaw channels add telegram", "Be asked for the token"],
        ["openclaw channels add telegram --token-file ~/.secrets/bot", "Read it from a file at every start"],
        ["openclaw channels add telegram --account work --token - < token.txt", "Add a second bot"],
        ["openclaw channels add whatsapp", "Switch WhatsApp on, then link it with channels login"],
      ],
      load: () => import("../../channels/add.ts"),
    }),
    defineCommand({
      name: "remove",
      summary: "Switch an account off, or remove it with --delete",
      args: [channelArgument],
      flags: removeFlags,
      examples: [
        ["openclaw channels remove telegram --account work", "Switch it off, keep its settings"],
        ["openclaw channels remove telegram --account work --delete", "Remove it"],
      ],
      load: () => import("../../channels/remove.ts"),
    }),
    defineCommand({
      name: "start",
      summary: "Start an account that was stopped",
      args: [channelArgument],
      flags: accountFlags,
      examples: [["openclaw channels start telegram", "Start the default account"]],
      load: () => import("../../channels/start.ts"),
    }),
    defineCommand({
      name: "stop",
      summary: "Stop an account until it is started again",
      args: [channelArgument],
      flags: accountFlags,
      examples: [["openclaw channels stop telegram --account work", "Stop one account"]],
      load: () => import("../../channels/stop.ts"),
    }),
    defineCommand({
      name: "login",
      summary: "Link an account, on channels that are linked by a login",
      description:
        "The gateway makes a code, which the phone scans under Linked devices. Ctrl-C ends the login; nothing is kept of it then.",
      args: [channelArgument],
      flags: loginFlags,
      examples: [
        ["openclaw channels login --channel whatsapp", "Link the default account"],
        ["openclaw channels login --channel whatsapp --account work", "Link another number"],
      ],
      load: () => import("../../channels/login.ts"),
    }),
    defineCommand({
      name: "logout",
      summary: "Stop an account and forget its credential",
      args: [channelArgument],
      flags: accountFlags,
      examples: [["openclaw channels logout telegram", "Forget the bot's token"]],
      load: () => import("../../channels/logout.ts"),
    }),
    defineCommand({
      name: "capabilities",
      summary: "What a channel can do, and what an account's settings allow",
      args: [channelArgument],
      flags: capabilitiesFlags,
      examples: [["openclaw channels capabilities telegram", "See what Telegram can do"]],
      load: () => import("../../channels/capabilities.ts"),
    }),
    defineCommand({
      name: "resolve",
      summary: "Ids of people and chats by their names",
      description: "Known are those the configuration names, who was let in, and who was talked with.",
      args: [{ name: "names", summary: "Names, for example @ann or #news", required: true, rest: true }],
      flags: resolveFlags,
      examples: [
        ["openclaw channels resolve @ann", "Somebody's id"],
        [`openclaw channels resolve --kind group "Kitchen table"`, "A group's id"],
      ],
      load: () => import("../../channels/resolve.ts"),
    }),
    defineCommand({
      name: "dead-letters",
      summary: "Messages that came in and could not be brought to an end",
      description: "The same as `openclaw message queue`, for what came in on one account.",
      examples: [["openclaw channels dead-letters list --channel telegram", "See what was given up"]],
      subcommands: [
        defineCommand({
          name: "list",
          summary: "What was given up on an account, and why",
          flags: deadLettersFlags,
          examples: [["openclaw channels dead-letters list --account work", "Of another account"]],
          load: () => import("../../channels/dead-letters-list.ts"),
        }),
        defineCommand({
          name: "resubmit",
          summary: "Answer one after all",
          args: [{ name: "id", summary: "Entry, from the list: in-12", required: true }],
          flags: resubmitFlags,
          examples: [["openclaw channels dead-letters resubmit in-12", "Answer it after all"]],
          load: () => import("../../channels/dead-letters-resubmit.ts"),
        }),
      ],
    }),
    defineCommand({
      name: "logs",
      summary: "What the gateway logged about channels",
      flags: channelLogsFlags,
      examples: [["openclaw channels logs --channel telegram", "See what Telegram is about"]],
      load: () => import("../../channels/logs.ts"),
    }),
  ],
});

import { defineCommand } from "../../command.ts";
import { filled, toggle } from "../../flags.ts";
import { gatewayFlags } from "../../rpc/flags.ts";

const TIMEOUT_MS = 10_000;

/** Telling somebody waits for their platform. */
const APPROVE_TIMEOUT_MS = 30_000;

const place = {
  channel: filled("id", "Channel, for example telegram"),
  account: filled("id", "Only this account of the channel"),
};

const channelOrCode = {
  name: "channelOrCode",
  summary: "The code the person was told; or the channel, with the code after it",
  required: true,
};
const code = { name: "code", summary: "The code, when the channel is named first" };

export const listFlags = { ...place, ...gatewayFlags(TIMEOUT_MS) };

export const approveFlags = {
  ...place,
  notify: toggle("Tell the person that they were let in"),
  ...gatewayFlags(APPROVE_TIMEOUT_MS),
};

export const dismissFlags = { ...place, ...gatewayFlags(TIMEOUT_MS) };

export const pairingCommand = defineCommand({
  name: "pairing",
  summary: "People who write to the agent: who waits, and who is let in",
  description:
    "A stranger who writes to an account directly is told a code and waits. Whoever has the code approved may write; groups are not opened by it.",
  examples: [
    ["openclaw pairing list", "See who waits"],
    ["openclaw pairing approve K7Q2M9XA", "Let somebody in"],
  ],
  subcommands: [
    defineCommand({
      name: "list",
      summary: "Who waits, with their codes",
      args: [{ name: "channel", summary: "Only this channel" }],
      flags: listFlags,
      examples: [
        ["openclaw pairing list telegram", "Those who wrote to a Telegram bot"],
        ["openclaw pairing list --channel telegram --account work --json", "Of one bot, for a script"],
      ],
      load: () => import("../../pairing/list.ts"),
    }),
    defineCommand({
      name: "approve",
      summary: "Let the person with this code in",
      description:
        "The first one approved becomes the owner, who may use owner commands (commands.ownerAllowFrom), as long as there is none.",
      args: [channelOrCode, code],
      flags: approveFlags,
      examples: [
        ["openclaw pairing approve K7Q2M9XA", "Let somebody in"],
        ["openclaw pairing approve telegram K7Q2M9XA --notify", "The same, and tell them"],
      ],
      load: () => import("../../pairing/approve.ts"),
    }),
    defineCommand({
      name: "dismiss",
      summary: "Forget a request without letting anybody in",
      args: [channelOrCode, code],
      flags: dismissFlags,
      examples: [["openclaw pairing dismiss K7Q2M9XA", "Forget a request; the person may ask again"]],
      load: () => import("../../pairing/dismiss.ts"),
    }),
  ],
});

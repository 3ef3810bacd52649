import { Type } from "@sinclair/typebox";
import { choice, lazy, map, text } from "../field.ts";
import { sender } from "../sections/commands.ts";

/** `accessGroups`: named lists of people, meant by `accessGroup:<name>` in the lists of channels. */
export const accessGroups = lazy(() =>
  map(
    Type.Object(
      {
        type: choice(
          ["message.senders", "discord.channelAudience"],
          "Kind",
          "A list of senders, or those who see a Discord channel.",
          { required: true },
        ),
        members: map(Type.Array(sender()), "Members", "Their ids, by channel; * for every channel.", {
          default: {},
        }),
        guildId: text("Guild", "Guild of the Discord channel."),
        channelId: text("Channel", "The Discord channel."),
        membership: choice(["canViewChannel"], "Membership", "What makes a member of it."),
      },
      { title: "Access group", description: "One list.", additionalProperties: false },
    ),
    "Access groups",
    "Named lists of people; channels mean them by accessGroup:<name>.",
  ),
);

import { Type } from "@sinclair/typebox";
import { choice, lazy, list, opaque, section, text, texts } from "../field.ts";
import { DM_SCOPES, GROUP_SCOPES } from "../sections/session.ts";

/** Kinds of chats; `dm` is the older word for direct. */
const PEER_KINDS = ["direct", "group", "channel", "dm"] as const;

const match = () =>
  Type.Object(
    {
      channel: text("Channel", "Channel id.", { required: true }),
      accountId: text("Account", "Account of the channel; the default one when absent, * for any."),
      peer: section("Chat", "One chat, or all of a kind.", {
        kind: choice(PEER_KINDS, "Kind", "Kind of chat.", { required: true }),
        id: text("Id", "Id of the chat; * for all of this kind.", { required: true }),
      }),
      guildId: text("Guild", "Guild of the chat, where a channel has such."),
      teamId: text("Team", "Team of the chat, where a channel has such."),
      roles: texts("Roles", "Roles of the sender, where a channel has such."),
    },
    {
      title: "Match",
      description: "What it is for; all that is given must fit.",
      additionalProperties: false,
    },
  );

/** `bindings`: which agent answers where. */
export const bindings = lazy(() =>
  list(
    Type.Object(
      {
        type: choice(
          ["route", "acp"],
          "Kind",
          "Routing, or an ACP session bound to a chat; routing unless told.",
        ),
        agentId: text("Agent", "Agent that answers.", { required: true }),
        comment: text("Comment", "Why it is here."),
        match: match(),
        session: section("Session", "Which session it becomes, in place of what holds elsewhere.", {
          dmScope: choice(DM_SCOPES, "Direct messages", "Which direct chats share a session."),
          groupScope: choice(GROUP_SCOPES, "Groups", "A session for each group, or the main one."),
        }),
        acp: opaque("ACP", "Settings of the ACP session."),
      },
      { title: "Binding", description: "One rule.", additionalProperties: false },
    ),
    "Bindings",
    "Which agent answers where; the most particular rule decides, else the first.",
  ),
);

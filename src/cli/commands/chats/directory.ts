import { defineCommand } from "../../command.ts";
import { filled, integer } from "../../flags.ts";
import { gatewayFlags } from "../../rpc/flags.ts";

/** Members are asked of the platform. */
const TIMEOUT_MS = 30_000;

const place = {
  channel: filled("channel", "Channel; not needed with one channel"),
  account: filled("id", "Account of the channel; its default one unless told"),
  ...gatewayFlags(TIMEOUT_MS),
};

export const selfFlags = place;

export const directoryFlags = {
  query: filled("text", "Only those whose name or id has this in it"),
  limit: integer("n", "Most entries", { min: 1, max: 1_000 }),
  ...place,
};

export const membersFlags = {
  groupId: filled("id", "Id of the group"),
  limit: integer("n", "Most entries", { min: 1, max: 1_000 }),
  ...place,
};

export const directoryCommand = defineCommand({
  name: "directory",
  summary: "Whom a chat account knows: itself, people, groups",
  description: "The ids are what `openclaw message send --target` takes.",
  examples: [
    ["openclaw directory self", "See who the bot is"],
    ["openclaw directory peers list", "See the people it knows"],
    ["openclaw directory groups list --query kitchen", "Find a group"],
  ],
  subcommands: [
    defineCommand({
      name: "self",
      summary: "Who the account is on its platform",
      flags: selfFlags,
      examples: [["openclaw directory self --channel telegram", "See the bot's name and id"]],
      load: () => import("../../directory/self.ts"),
    }),
    defineCommand({
      name: "peers",
      summary: "People",
      examples: [["openclaw directory peers list", "List them"]],
      subcommands: [
        defineCommand({
          name: "list",
          summary: "People of the lists, who were let in, and who were talked with",
          flags: directoryFlags,
          examples: [["openclaw directory peers list --query ann", "Find somebody"]],
          load: () => import("../../directory/peers.ts"),
        }),
      ],
    }),
    defineCommand({
      name: "groups",
      summary: "Groups and channels",
      examples: [["openclaw directory groups list", "List them"]],
      subcommands: [
        defineCommand({
          name: "list",
          summary: "Groups of the configuration, and those that were talked in",
          flags: directoryFlags,
          examples: [["openclaw directory groups list --json", "For a script"]],
          load: () => import("../../directory/groups.ts"),
        }),
        defineCommand({
          name: "members",
          summary: "Members of a group, as far as the platform tells",
          flags: membersFlags,
          examples: [["openclaw directory groups members --group-id -1001234567890", "See who runs it"]],
          load: () => import("../../directory/members.ts"),
        }),
      ],
    }),
  ],
});

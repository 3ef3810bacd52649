import { Type } from "@sinclair/typebox";
import { flag, integer, lazy, list, map, opaque, section, text } from "../field.ts";
import { groupChat } from "../sections/messages.ts";
import { agentTools } from "../sections/tools.ts";
import { agentDefaults, sharedAgentKeys } from "./defaults.ts";

/** An agent id, as it stands in session keys. */
const AGENT_ID_PATTERN = "^[a-z0-9_][a-z0-9_-]{0,63}$";
/** Older files took capitals; they are the same id in small letters. */
const LISTED_ID_PATTERN = "^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$";

const agentKeys = lazy(() => ({
  name: text("Name", "Name people see."),
  default: flag("Default agent", "Takes what no binding sends elsewhere."),
  description: text("Description", "What the agent is for."),
  workspace: text("Workspace", "Folder of the agent's files."),
  agentDir: text("State folder", "Folder of the agent's credentials and settings."),
  ...sharedAgentKeys(),
  bootstrapMaxChars: integer("File limit", "Characters of one workspace file in the prompt.", {
    exclusiveMinimum: 0,
  }),
  bootstrapTotalMaxChars: integer("Files limit", "Characters of all of them.", { exclusiveMinimum: 0 }),
  identity: section("Identity", "How the agent presents itself.", {
    name: text("Name", "Its name."),
    theme: text("Theme", "Its character in a few words."),
    emoji: text("Emoji", "Its sign."),
    avatar: text("Avatar", "Its picture: a file in the workspace, a URL or a data URI."),
  }),
  groupChat: groupChat(),
  subagents: opaque("Helpers", "Agents it may start."),
  tools: agentTools(),
}));

const closed = { title: "Agent", description: "One agent.", additionalProperties: false };

/** `agents`: who answers. */
export const agents = lazy(() =>
  section(
    "Agents",
    "The agents of this gateway and what they have in common.",
    {
      defaults: agentDefaults(),
      entries: map(
        Type.Object(agentKeys(), closed),
        "Agents",
        "The agents, by id; main when none is named.",
        {
          default: {},
          keyPattern: AGENT_ID_PATTERN,
        },
      ),
      list: list(
        Type.Object(
          {
            id: text("Id", "Id of the agent.", { required: true, pattern: LISTED_ID_PATTERN }),
            ...agentKeys(),
          },
          closed,
        ),
        "Agents (older key)",
        "The same as a list, as older files have it.",
      ),
    },
    { default: {} },
  ),
);

import { defineCommand } from "../command.ts";
import { filled, list as severalOf, text, toggle } from "../flags.ts";
import { gatewayFlags, jsonFlag } from "../rpc/flags.ts";

const TIMEOUT_MS = 10_000;

const agentId = { name: "id", summary: "Agent", required: true };

export const listFlags = jsonFlag;

export const addFlags = {
  workspace: filled("dir", "Folder of its files; one of its own in the state folder unless told"),
  model: filled("model", "Model it answers with, as provider/model"),
  emoji: filled("emoji", "Its sign"),
  nonInteractive: toggle("Ask nothing, which is how it always works", { hidden: true }),
  ...jsonFlag,
};

export const deleteFlags = {
  force: toggle("Do not ask"),
  keepFiles: toggle("Leave its folders where they are"),
  ...gatewayFlags(TIMEOUT_MS),
};

export const identityFlags = {
  agent: filled("id", "Agent; the default one unless told"),
  workspace: filled("dir", "Find the agent, and its IDENTITY.md, by its workspace"),
  identityFile: filled("file", "Read this file instead of the workspace's IDENTITY.md"),
  fromIdentity: toggle("Take over what the file says"),
  name: text("name", "Name"),
  theme: text("words", "Manner, in a few words"),
  emoji: text("emoji", "Sign"),
  avatar: text("value", "Picture: a file of the workspace, a URL or a data URI"),
  ...jsonFlag,
};

export const promptFlags = {
  agent: filled("id", "Agent; the default one unless told"),
  session: filled("key", "Session; the agent's main one unless told"),
  group: toggle("As in a group chat, where private files stay out"),
  ...gatewayFlags(TIMEOUT_MS),
};

export const commandsFlags = jsonFlag;

export const bindingsFlags = { agent: filled("id", "Only the rules of this agent"), ...jsonFlag };

const whose = filled("id", "Agent; the default one unless told");

export const bindFlags = {
  agent: whose,
  bind: severalOf("channel[:account]", "Account it answers in, * for every one; repeat for several"),
  ...jsonFlag,
};

export const unbindFlags = {
  agent: whose,
  bind: severalOf("channel[:account]", "Account it no longer answers in; repeat for several"),
  all: toggle("Every rule of the agent, those for single chats too"),
  ...jsonFlag,
};

const listExamples = [
  ["openclaw agents", "List the agents"],
  ["openclaw agents list --json", "The same for a script"],
] as const;

const list = () => import("../agents/list.ts");

export const agentsCommand = defineCommand({
  name: "agents",
  summary: "The agents of this gateway: who they are, where they live, what they are told",
  description: "Changes go to the configuration file; a running gateway takes them up by itself.",
  flags: listFlags,
  examples: listExamples,
  load: list,
  subcommands: [
    defineCommand({
      name: "list",
      summary: "List the agents",
      flags: listFlags,
      examples: listExamples,
      load: list,
    }),
    defineCommand({
      name: "add",
      summary: "Add an agent",
      description: "Its id follows from the name. Agents that are there keep their workspaces.",
      args: [{ name: "name", summary: "Name, for example Work", required: true }],
      flags: addFlags,
      examples: [
        ["openclaw agents add Work", "Add an agent with a workspace of its own"],
        [
          "openclaw agents add Work --workspace ~/work --model openai/gpt-5",
          "Say where it lives and how it thinks",
        ],
      ],
      load: () => import("../agents/add.ts"),
    }),
    defineCommand({
      name: "delete",
      summary: "Remove an agent; its folders go to the trash",
      description:
        "A running gateway ends what the agent is doing and archives its sessions. Workspaces outside the state " +
        "folder, and those other agents use, stay where they are.",
      args: [agentId],
      flags: deleteFlags,
      examples: [
        ["openclaw agents delete work", "Remove an agent, after a question"],
        ["openclaw agents delete work --force --keep-files", "Remove it at once and touch no folder"],
      ],
      load: () => import("../agents/delete.ts"),
    }),
    defineCommand({
      name: "set-identity",
      summary: "Set an agent's name, manner, sign and picture",
      description:
        "Without a field, the workspace's IDENTITY.md is taken over. An empty value clears a field.",
      flags: identityFlags,
      examples: [
        [`openclaw agents set-identity --agent main --name Ada --emoji "🦊"`, "Set name and sign"],
        [
          "openclaw agents set-identity --workspace ~/.openclaw/workspace --from-identity",
          "Take over IDENTITY.md",
        ],
      ],
      load: () => import("../agents/set-identity.ts"),
    }),
    defineCommand({
      name: "prompt",
      summary: "Print the system prompt and the tools as the model is sent them",
      description: "Asks the running gateway: every section with its size, every tool, and the sum.",
      flags: promptFlags,
      examples: [
        ["openclaw agents prompt", "See what the default agent is told"],
        ["openclaw agents prompt --agent work --json", "Another agent's, with the schemas of its tools"],
      ],
      load: () => import("../agents/prompt.ts"),
    }),
    defineCommand({
      name: "commands",
      summary: "List the commands people can give in a chat",
      flags: commandsFlags,
      examples: [["openclaw agents commands", "See what /commands would say"]],
      load: () => import("../agents/commands.ts"),
    }),
    defineCommand({
      name: "bindings",
      summary: "Who answers where: the rules that give chats to agents",
      flags: bindingsFlags,
      examples: [["openclaw agents bindings", "See all rules"]],
      load: () => import("../agents/bindings/list.ts"),
    }),
    defineCommand({
      name: "bind",
      summary: "Let an agent answer on an account of a channel",
      description:
        "Without an account the channel's default one is meant. Rules for single chats are written into `bindings` of the configuration.",
      flags: bindFlags,
      examples: [
        ["openclaw agents bind --agent work --bind telegram:work", "One bot, one agent"],
        ["openclaw agents bind --agent work --bind 'telegram:*'", "Every bot"],
      ],
      load: () => import("../agents/bindings/bind.ts"),
    }),
    defineCommand({
      name: "unbind",
      summary: "Take such a rule away",
      flags: unbindFlags,
      examples: [["openclaw agents unbind --agent work --bind telegram:work", "Give it back to the default"]],
      load: () => import("../agents/bindings/unbind.ts"),
    }),
  ],
});

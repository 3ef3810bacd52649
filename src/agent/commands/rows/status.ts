import { type CommandRow, said } from "../command-row.ts";
import { contextText } from "../words/context-text.ts";
import { statusText } from "../words/status-text.ts";
import { currentModel, refText } from "./model-choice.ts";

export const statusRow: CommandRow = {
  name: "status",
  aliases: [],
  summary: "Show program, model, use and session.",
  category: "status",
  audience: "sender",
  shortcut: true,
  run: async (deps, context) => said(await statusText(deps, context)),
};

export const whoamiRow: CommandRow = {
  name: "whoami",
  aliases: ["id"],
  summary: "Show who you are to the gateway.",
  category: "status",
  audience: "sender",
  shortcut: true,
  async run(_deps, { sender, isGroup }) {
    const lines = [
      "🧭 Identity",
      `Channel: ${sender.channel}`,
      `User id: ${sender.id}`,
      ...(sender.username === undefined ? [] : [`Username: @${sender.username}`]),
      ...(isGroup && sender.to !== undefined ? [`Chat: ${sender.to}`] : []),
      ...(sender.threadId === undefined ? [] : [`Thread: ${sender.threadId}`]),
      ...(sender.client === undefined ? [`AllowFrom: ${sender.id}`] : []),
    ];
    return said(lines.join("\n"));
  },
};

export const contextRow: CommandRow = {
  name: "context",
  aliases: [],
  summary: "Show what the model is sent before the conversation.",
  category: "status",
  audience: "sender",
  args: "[list|detail|json]",
  parameters: [{ name: "form", summary: "How much of it", choices: ["list", "detail", "json"] }],
  async run(deps, context, args) {
    const form = (["list", "detail", "json"] as const).find(
      (known) => known === (args.toLowerCase() || "list"),
    );
    return said(form ? await contextText(deps, context, form) : "Usage: /context list|detail|json");
  },
};

export const toolsRow: CommandRow = {
  name: "tools",
  aliases: [],
  summary: "List what the agent can use for you here.",
  category: "status",
  audience: "sender",
  args: "[verbose]",
  parameters: [{ name: "mode", summary: "With descriptions", choices: ["compact", "verbose"] }],
  async run(deps, context, args) {
    const { agentId, sessionKey, sender } = context;
    const model = refText(await currentModel(deps, context));
    const tools = deps.tools.effective({ agentId, sessionKey, sender, model });
    if (tools.length === 0) return said("No tools here.");
    if (args.toLowerCase() !== "verbose") return said(`Tools: ${tools.map(({ name }) => name).join(", ")}`);
    return said(["Tools", ...tools.map(({ name, description }) => `- ${name}: ${description}`)].join("\n"));
  },
};

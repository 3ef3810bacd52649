import { THINKING_LEVELS } from "../../models/index.ts";
import { type CommandContext } from "../chat-command.ts";
import { type CommandDeps, type CommandRow, said } from "../command-row.ts";
import { currentModel, refText } from "./model-choice.ts";
import { patchSession } from "./session-scope.ts";

/** A level, or the word that goes back to the configured one. */
const LEVEL = new RegExp(`^(?:${[...THINKING_LEVELS, "default"].join("|")})(?=\\s|$)`, "i");

/** The level, if the model of the session has it; otherwise what to say. */
async function levelOf(
  deps: CommandDeps,
  context: CommandContext,
  word: string,
): Promise<{ level: string } | { fault: string }> {
  const ref = await currentModel(deps, context);
  const { thinkingLevels } = await deps.models.info(ref, context.agentId);
  const level = word.toLowerCase();
  if (thinkingLevels.some((known) => known === level)) return { level };
  return {
    fault: `Unrecognized thinking level "${word}" for ${refText(ref)}. Valid levels: ${thinkingLevels.join(", ")}.`,
  };
}

export const thinkRow: CommandRow = {
  name: "think",
  aliases: ["thinking", "t"],
  summary: "See or set how hard the model thinks.",
  category: "options",
  audience: "sender",
  args: "[level|default]",
  parameters: [{ name: "level", summary: "Thinking level", choices: [...THINKING_LEVELS, "default"] }],
  directive: {
    take: (text) => LEVEL.exec(text)?.[0].length,
    async once(deps, context, args) {
      if (args.toLowerCase() === "default") return {};
      const found = await levelOf(deps, context, args);
      return "level" in found ? { thinking: found.level } : { notice: found.fault };
    },
  },
  async run(deps, context, args) {
    const ref = await currentModel(deps, context);
    if (args === "") {
      const { thinkingLevels } = await deps.models.info(ref, context.agentId);
      const entry = context.session?.entry;
      const level = await deps.models.thinking({ ref, agentId: context.agentId, entry });
      return said(
        `Current thinking level: ${level}.\nOptions: ${[...thinkingLevels, "default"].join(", ")}.`,
      );
    }
    if (args.toLowerCase() === "default") {
      await patchSession(deps, context, { thinkingLevel: null });
      const level = await deps.models.thinking({ ref, agentId: context.agentId, entry: undefined });
      return said(`Thinking level reset to default (${level}).`);
    }
    const found = await levelOf(deps, context, args);
    if ("fault" in found) return said(found.fault);
    await patchSession(deps, context, { thinkingLevel: found.level });
    return said(found.level === "off" ? "Thinking disabled." : `Thinking level set to ${found.level}.`);
  },
};

export const sendRow: CommandRow = {
  name: "send",
  aliases: [],
  summary: "Allow or forbid answers to this chat.",
  category: "management",
  audience: "owner",
  args: "[on|off|inherit]",
  parameters: [{ name: "mode", summary: "Whether answers are sent", choices: ["on", "off", "inherit"] }],
  async run(deps, context, args) {
    const { session } = context;
    switch (args.toLowerCase()) {
      case "":
        return said(
          `⚙️ Answers are ${!session || deps.sessions.maySend(session) ? "on" : "off"} for this session.`,
        );
      case "on":
        await patchSession(deps, context, { sendPolicy: "allow" });
        return said("⚙️ Send policy set to on.");
      case "off":
        await patchSession(deps, context, { sendPolicy: "deny" });
        return said("⚙️ Send policy set to off.");
      case "inherit":
        await patchSession(deps, context, { sendPolicy: null });
        return said("⚙️ Send policy set to inherit.");
      default:
        return said("⚙️ Usage: /send on|off|inherit");
    }
  },
};

export const activationRow: CommandRow = {
  name: "activation",
  aliases: [],
  summary: "In a group: answer when mentioned, or always.",
  category: "management",
  audience: "owner",
  args: "[mention|always]",
  parameters: [{ name: "mode", summary: "When the agent answers here", choices: ["mention", "always"] }],
  async run(deps, context, args) {
    if (!context.isGroup) return said("⚙️ Group activation only applies to group chats.");
    const mode = args.toLowerCase();
    if (mode === "") {
      const set = context.session?.entry.groupActivation;
      return said(`⚙️ Group activation: ${set ?? "as configured"}. Options: mention, always.`);
    }
    if (mode !== "mention" && mode !== "always") return said("⚙️ Usage: /activation mention|always");
    await patchSession(deps, context, { groupActivation: mode });
    return said(`⚙️ Group activation set to ${mode}.`);
  },
};

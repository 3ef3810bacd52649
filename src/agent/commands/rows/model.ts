import { UnknownModelError } from "../../models/index.ts";
import type { CommandContext, CommandReply } from "../chat-command.ts";
import { type CommandDeps, type CommandRow, said } from "../command-row.ts";
import { isOwner } from "../permissions.ts";
import { modelList } from "../words/model-list.ts";
import { modelMenu } from "../words/model-menu.ts";
import {
  clearModel,
  currentModel,
  type PickedModel,
  refText,
  selectModel,
  wordedModel,
} from "./model-choice.ts";

type Scope = "session" | "agent" | "global";

const SCOPES: Readonly<Record<string, Scope>> = {
  "-s": "session",
  "--session": "session",
  "-a": "agent",
  "--agent": "agent",
  "-g": "global",
  "--global": "global",
};

/** A model word and flags around it; at least the word has to be there. */
const ARGUMENTS =
  /^(?:(?:-[sag]|--session|--agent|--global)[ \t]+)?[^\s/-][^\s]*(?:[ \t]+(?:-[sag]|--session|--agent|--global)(?=\s|$))?/;

/** The word and the scope of the arguments. */
function readArguments(args: string): { word: string; scope: Scope; rest: string } {
  const words = args.split(/\s+/).filter((word) => word !== "");
  const scope = words.map((word) => SCOPES[word]).find((found) => found !== undefined) ?? "session";
  const [word = "", ...rest] = words.filter((candidate) => !Object.hasOwn(SCOPES, candidate));
  return { word, scope, rest: rest.join(" ") };
}

/** Makes the choice in its scope; returns what to say. */
async function choose(
  deps: CommandDeps,
  context: CommandContext,
  picked: PickedModel,
  scope: Scope,
): Promise<string> {
  const text = await selectModel(deps, context, picked);
  const ref = refText(picked);
  switch (scope) {
    case "session":
      return text;
    case "agent":
      await deps.defaults.setAgentModel(context.agentId, ref);
      return `${text}\nAlso the model of agent ${context.agentId} from now on.`;
    case "global":
      await deps.defaults.setDefaultModel(ref);
      return `${text}\nAlso the default model from now on.`;
  }
}

/** Undefined when the sender may use the scope. */
function scopeRefusal(deps: CommandDeps, { sender }: CommandContext, scope: Scope): string | undefined {
  const allowed = sender.client === undefined ? isOwner(deps.config().commands, sender) : sender.isAdmin;
  return scope === "session" || allowed
    ? undefined
    : "Only the owner may change the configured model. For this session alone: /model <name>";
}

/** The list of models, as words and as a menu. @throws UnknownModelError */
async function list(deps: CommandDeps, context: CommandContext, args: string): Promise<CommandReply> {
  const provider = args.trim().toLowerCase();
  const menu = await modelMenu(deps, context, "providers", provider);
  const isMenu = menu !== undefined && (provider === "" || menu.kind === "models");
  return { kind: "text", text: await modelList(deps, context, args), ...(isMenu && { menu }) };
}

async function show(deps: CommandDeps, context: CommandContext): Promise<CommandReply> {
  const ref = await currentModel(deps, context);
  const info = await deps.models.info(ref, context.agentId);
  const pinned = context.session?.entry.modelOverride !== undefined;
  const menu = await modelMenu(deps, context, "invitation");
  const text = [
    `🧠 Model: ${refText(ref)}${info.alias === undefined ? "" : ` (${info.alias})`}`,
    pinned ? "Chosen for this session; back to the configured one: /model default" : "The configured one.",
    "Another one: /model <provider/model or alias> · All: /models",
  ].join("\n");
  return { kind: "text", text, ...(menu && { menu }) };
}

export const modelRow: CommandRow = {
  name: "model",
  aliases: [],
  summary: "See or choose the model of this session.",
  category: "options",
  audience: "sender",
  args: "[name|default|list|status] [-s|-a|-g]",
  parameters: [
    { name: "model", summary: "provider/model, alias, default, list or status" },
    { name: "scope", summary: "session, agent's default or global default", choices: ["-s", "-a", "-g"] },
  ],
  directive: {
    strict: true,
    take: (text) => ARGUMENTS.exec(text)?.[0].length,
    async once(deps, context, args) {
      const { word, scope } = readArguments(args);
      const picked = await wordedModel(deps, context, word);
      if (!picked || scopeRefusal(deps, context, scope) !== undefined) return undefined;
      return { notice: await choose(deps, context, picked, scope) };
    },
  },
  async run(deps, context, args) {
    const { word, scope } = readArguments(args);
    const refusal = scopeRefusal(deps, context, scope);
    if (refusal !== undefined) return said(refusal);
    if (word === "" || word === "status") return show(deps, context);
    if (word === "list") return list(deps, context, "");
    if (word === "default") {
      await clearModel(deps, context);
      const session = await deps.sessions.get(context.sessionKey);
      const ref = await currentModel(deps, { ...context, session });
      return said(`🧠 Model of this session: ${refText(ref)} (configured)`);
    }
    try {
      const picked = await deps.models.resolve(word, context.agentId);
      return said(await choose(deps, context, picked, scope));
    } catch (error) {
      if (error instanceof UnknownModelError) return said(`${error.message}\nAll models: /models`);
      throw error;
    }
  },
};

export const modelsRow: CommandRow = {
  name: "models",
  aliases: [],
  summary: "List the models that can be chosen.",
  category: "options",
  audience: "sender",
  args: "[provider]",
  parameters: [{ name: "provider", summary: "Only models of this provider" }],
  run: list,
};

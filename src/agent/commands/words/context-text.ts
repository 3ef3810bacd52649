import type { PromptReport } from "../../prompt/index.ts";
import type { CommandContext } from "../chat-command.ts";
import type { CommandDeps } from "../command-row.ts";
import { currentModel, refText } from "../rows/model-choice.ts";
import { count } from "../../../lib/amounts.ts";

/** Characters a token has, as a rule of thumb. */
const CHARS_PER_TOKEN = 4;

/** What the model is sent before the conversation: as a list, with every file and tool, or as JSON. */
export async function contextText(
  deps: CommandDeps,
  context: CommandContext,
  form: "list" | "detail" | "json",
): Promise<string> {
  const report = await reportOf(deps, context);
  if (form === "json") return `\`\`\`json\n${JSON.stringify(report, null, 2)}\n\`\`\``;
  const tokens = context.session?.entry.totalTokens;
  return [
    "🧠 Context before the conversation",
    `System prompt: ${size(report.promptChars)}`,
    ...report.sections.map(
      ({ name, chars, truncated }) => `- ${name}: ${size(chars)}${truncated ? ", cut" : ""}`,
    ),
    ...(form === "detail" ? fileLines(report) : []),
    `Tools: ${report.tools.length}, ${size(report.toolsChars)}`,
    ...(form === "detail" ? report.tools.map(({ name, chars }) => `- ${name}: ${size(chars)}`) : []),
    `Together: ${size(report.totalChars)}`,
    ...(tokens === undefined
      ? []
      : [`Conversation and all of this at the last turn: ${count(tokens)} tokens`]),
    ...(form === "list" ? ["More: /context detail · /context json"] : []),
  ].join("\n");
}

async function reportOf(deps: CommandDeps, context: CommandContext): Promise<PromptReport> {
  const { agentId, sessionKey, sender, isGroup, session } = context;
  const model = refText(await currentModel(deps, context));
  const tools = deps.tools.effective({ agentId, sessionKey, sender, model });
  const isFirstTurn = session?.entry.systemSent !== true;
  return deps.prompts.report({
    agentId,
    sessionKey,
    sender,
    tools,
    model,
    mode: "full",
    isGroup,
    isFirstTurn,
  });
}

function fileLines({ workspace, files }: PromptReport): string[] {
  return [
    `Workspace: ${workspace}`,
    ...files.map(({ name, missing, rawChars, chars, truncated }) => {
      if (missing) return `- ${name}: missing`;
      return `- ${name}: ${size(chars)}${truncated ? ` of ${count(rawChars)}` : ""}`;
    }),
  ];
}

function size(chars: number): string {
  return `${count(chars)} characters (about ${count(chars / CHARS_PER_TOKEN)} tokens)`;
}

import { type CommandRow, said } from "../command-row.ts";
import { FOCUS_MAX_CHARS, NAME_MAX_CHARS } from "../limits.ts";
import { count } from "../../../lib/amounts.ts";
import { selectModel, wordedModel } from "./model-choice.ts";
import { openSession, patchSession } from "./session-scope.ts";
import type { CommandContext, CommandReply } from "../chat-command.ts";
import type { CommandDeps } from "../command-row.ts";

const RENEWED = { new: "✅ New session started.", reset: "✅ Session reset." } as const;

/** Ends what runs and begins a new window of the same session; what is left of the message is its first turn. */
async function renew(
  deps: CommandDeps,
  context: CommandContext,
  reason: "new" | "reset",
  message: string,
): Promise<CommandReply> {
  const { sessionKey: key } = context;
  await deps.runs.abort(key, { reason, clearQueue: true });
  const record = await deps.sessions.reset(key, reason);
  if (!record) await openSession(deps, { ...context, session: undefined });
  if (message === "") return said(RENEWED[reason]);
  return { kind: "continue", message, notice: RENEWED[reason] };
}

export const newRow: CommandRow = {
  name: "new",
  aliases: [],
  summary: "Start a new session, with another model if you name one.",
  category: "session",
  audience: "sender",
  admin: true,
  args: "[model] [message]",
  parameters: [{ name: "model", summary: "Model of the new session" }],
  async run(deps, context, args) {
    const [word = ""] = args.split(/\s/, 1);
    const model = word === "" ? undefined : await wordedModel(deps, context, word);
    const message = model ? args.slice(word.length).trim() : args;
    const reply = await renew(deps, context, "new", message);
    if (!model) return reply;
    const notice = `${RENEWED.new}\n${await selectModel(deps, context, model)}`;
    return reply.kind === "text" ? said(notice) : { ...reply, notice };
  },
};

export const resetRow: CommandRow = {
  name: "reset",
  aliases: [],
  summary: "Forget the conversation so far; `soft` keeps it.",
  category: "session",
  audience: "sender",
  admin: true,
  args: "[soft] [message]",
  parameters: [{ name: "mode", summary: "soft keeps the conversation", choices: ["soft"] }],
  async run(deps, context, args) {
    const [, soft] = /^soft(?:\s+([\s\S]*))?$/i.exec(args) ?? [];
    if (!/^soft(?:\s|$)/i.test(args)) return renew(deps, context, "reset", args);
    const notice = "✅ Nothing was forgotten: workspace files and settings are read anew in every turn.";
    return soft === undefined || soft === "" ? said(notice) : { kind: "continue", message: soft, notice };
  },
};

export const stopRow: CommandRow = {
  name: "stop",
  aliases: [],
  summary: "End what the agent is doing, and forget what waits behind it.",
  category: "session",
  audience: "sender",
  async run({ runs }, { sessionKey }) {
    const stoppedRuns = await runs.abort(sessionKey, { reason: "stop", clearQueue: true });
    return { kind: "text", text: "⚙️ Agent was aborted.", stoppedRuns };
  },
};

export const compactRow: CommandRow = {
  name: "compact",
  aliases: [],
  summary: "Replace the conversation so far by a summary.",
  category: "session",
  audience: "sender",
  args: "[what to keep]",
  parameters: [{ name: "focus", summary: "What the summary must keep" }],
  async run({ runs }, { sessionKey, session }, args) {
    if (!session) return said("⚙️ Nothing to compact: this session is new.");
    const focus = args.slice(0, FOCUS_MAX_CHARS);
    try {
      const { tokensBefore } = await runs.compact(sessionKey, focus === "" ? undefined : focus);
      return said(`⚙️ Compacted: a summary stands in place of ${count(tokensBefore)} tokens.`);
    } catch (error) {
      return said(`⚙️ Not compacted: ${error instanceof Error ? error.message : String(error)}`);
    }
  },
};

export const nameRow: CommandRow = {
  name: "name",
  aliases: [],
  summary: "Name this session, or see its name.",
  category: "session",
  audience: "sender",
  args: "[title]",
  parameters: [{ name: "title", summary: "The new name" }],
  async run(deps, context, args) {
    const title = args.replaceAll(/\s+/g, " ").slice(0, NAME_MAX_CHARS);
    if (title === "") {
      const { label, autoLabel, displayName } = context.session?.entry ?? {};
      const name = label ?? autoLabel ?? displayName;
      return said(
        name === undefined ? "This session has no name. Give it one: /name <title>" : `Session: ${name}`,
      );
    }
    await patchSession(deps, context, { label: title });
    return said(`✅ Session named: ${title}`);
  },
};

export const steerRow: CommandRow = {
  name: "steer",
  aliases: ["tell"],
  summary: "Say something to the agent while it works.",
  category: "session",
  audience: "sender",
  args: "<message>",
  parameters: [{ name: "message", summary: "What to tell it", required: true }],
  async run({ runs }, { sessionKey, sender }, args) {
    if (args === "") return said("Say what to tell the agent: /steer <message>");
    if (await runs.steer(sessionKey, args, sender)) return said("⚙️ Passed on to the running turn.");
    // Nothing runs: then it is a message like any other.
    return { kind: "continue", message: args };
  },
};

import { TimeWords } from "../../prompt/index.ts";
import type { CommandContext } from "../chat-command.ts";
import type { CommandDeps } from "../command-row.ts";
import { currentModel, refText } from "../rows/model-choice.ts";
import { count, dollars, span } from "../../../lib/amounts.ts";

/** What `/status` says: program and time, model, use, context, session, ways of working. */
export async function statusText(deps: CommandDeps, context: CommandContext): Promise<string> {
  const { session } = context;
  const entry = session?.entry ?? {};
  const ref = await currentModel(deps, context);
  const info = await deps.models.info(ref, context.agentId);
  const thinking = await deps.models.thinking({ ref, agentId: context.agentId, entry });
  const now = deps.clock.now();
  const time = new TimeWords(deps.config().agents?.defaults?.userTimezone);
  const uptime = span(deps.clock.monotonic() - deps.startedAt);
  const queue = deps.queue(session?.entry, context.sender);
  const waiting = deps.runs.queued(context.sessionKey).length;
  const running = deps.runs.active(context.sessionKey).length;
  const paragraphs = [
    [
      `🦞 ${deps.product}`,
      `Current time: ${time.long(now)}`,
      `Reference UTC: ${new Date(now).toISOString().slice(0, 16).replace("T", " ")} UTC`,
      `⏱️ Uptime: gateway ${uptime} · system ${span(deps.systemUptimeMs())}`,
    ],
    [
      `🧠 Model: ${refText(ref)}`,
      `🔑 Auth: ${info.source === "builtin" ? "none needed" : info.available ? "available" : "missing"}`,
      ...usageLines(entry),
    ],
    [contextLine(entry, info.contextTokens)],
    [`🧵 Session: ${shortKey(context)} • ${session ? updated(now - session.updatedAt) : "new"}`],
    [
      `🎛️ Modes: think ${thinking}`,
      `🪢 Queue: ${queue.mode}${running + waiting === 0 ? "" : ` (${running} running, ${waiting} waiting)`}`,
    ],
  ];
  return paragraphs.map((lines) => lines.join("\n")).join("\n\n");
}

/** The key without the agent it belongs to. */
function shortKey({ sessionKey, agentId }: CommandContext): string {
  const prefix = `agent:${agentId}:`;
  return sessionKey.startsWith(prefix) ? sessionKey.slice(prefix.length) : sessionKey;
}

type Entry = NonNullable<CommandContext["session"]>["entry"];

function usageLines({ inputTokens, outputTokens, costTotal }: Entry): string[] {
  if (inputTokens === undefined && outputTokens === undefined) return [];
  return [
    `🧮 Tokens: ${count(inputTokens ?? 0)} in / ${count(outputTokens ?? 0)} out`,
    ...(costTotal === undefined || costTotal === 0 ? [] : [`💵 Cost: ${dollars(costTotal)}`]),
  ];
}

function contextLine({ totalTokens, contextTokens, compactionCount }: Entry, window: number): string {
  const most = contextTokens ?? window;
  const used = totalTokens === undefined ? "?" : count(totalTokens);
  const share = totalTokens === undefined ? "" : ` (${Math.round((100 * totalTokens) / most)}%)`;
  const compacted = compactionCount === undefined ? "" : ` · 🧹 Compactions: ${compactionCount}`;
  return `📚 Context: ${used}/${count(most)}${share}${compacted}`;
}

function updated(ageMs: number): string {
  return ageMs < 60_000 ? "updated just now" : `updated ${span(ageMs)} ago`;
}

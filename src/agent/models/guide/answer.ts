import { isObject } from "../json.ts";
import type { Asked } from "./conversation.ts";
import type { GuideFacts } from "./facts.ts";
import { heardIn } from "./hearing.ts";
import { ECHO, echo, INTENTS } from "./intents.ts";
import type { Reply, Scene } from "./reply.ts";
import { limitsText } from "./words.ts";

/** Characters of a tool's result that are shown. */
const MAX_RESULT_CHARS = 4_000;

/** Messages a summary quotes at most, and how much of each. */
const MAX_QUOTED = 40;
const MAX_QUOTED_CHARS = 160;

/** What the guide says to a conversation. The same conversation at the same time gets the same answer. */
export function answerTo(asked: Asked, facts: GuideFacts, now: number): Reply {
  if (asked.results.length > 0) return { text: aboutResults(asked) };
  const chore = choreOf(asked);
  if (chore !== undefined) return { text: chore };
  const scene = { asked, facts, now };
  const repeated = ECHO.exec(asked.text);
  if (repeated) return echo({ ...scene, words: asked.text, groups: repeated.slice(1) });
  const { greets, asks } = heardIn(asked.text);
  if (asked.hasImage && asks.length === 0) return { text: limitsText(sceneOf(scene, asked.text)) };
  const [first = "", ...others] = asks;
  const reply = joined(
    answers(scene, first),
    others.map((words) => answers(scene, words)),
  );
  if (reply === undefined) return { text: limitsText(sceneOf(scene, asked.text)) };
  return greets && asks.length > 0 && !("tool" in reply) && !asked.introduced
    ? { ...reply, text: `Hello! ${reply.text}` }
    : reply;
}

type Setting = Omit<Scene, "words" | "groups">;

const sceneOf = (scene: Setting, words: string): Scene => ({ ...scene, words, groups: [] });

function answers(scene: Setting, words: string): Reply | undefined {
  for (const { says, answer } of INTENTS) {
    const match = says.exec(words);
    const reply = match && answer({ ...scene, words, groups: match.slice(1) });
    if (reply) return reply;
  }
  return undefined;
}

/**
 * One reply of several: each sentence must be understood, or none is, since the one that was not may be what matters. A
 * tool is called for the last one only; its answer goes on from the others.
 */
function joined(first: Reply | undefined, others: readonly (Reply | undefined)[]): Reply | undefined {
  return others.reduce<Reply | undefined>((before, next) => {
    if (before === undefined || next === undefined) return undefined;
    if (before.text === next.text) return next;
    return { ...("tool" in before ? before : {}), ...next, text: `${before.text}\n\n${next.text}` };
  }, first);
}

function aboutResults({ results }: Asked): string {
  return results
    .map(({ tool, text, isError }) => {
      const read = isError ? text : readable(text);
      const shown = read.length > MAX_RESULT_CHARS ? `${read.slice(0, MAX_RESULT_CHARS)}…` : read;
      if (isError) return `The tool \`${tool}\` failed: ${shown}`;
      return tool === "echo" ? shown : `Here is what \`${tool}\` says:\n\n${shown}`;
    })
    .join("\n\n");
}

/** The result of a tool that answers in JSON, a line for each of its fields. */
function readable(text: string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  if (!isObject(value)) return text;
  const { result = value } = value;
  if (!isObject(result)) return `\`${JSON.stringify(result)}\``;
  return Object.entries(result)
    .map(([key, field]) => `- ${key}: ${typeof field === "string" ? field : JSON.stringify(field)}`)
    .join("\n");
}

/** Titles and summaries that the gateway asks for itself; the guide can only quote. */
function choreOf({ system, history, tools, text }: Asked): string | undefined {
  if (tools.size > 0) return undefined;
  const order = `${system}\n${text.slice(0, 400)}`;
  if (/\btitle\b/i.test(order) && /\b(?:conversation|chat|session)\b/i.test(order)) {
    return titleOf(history[0] ?? text);
  }
  if (/\bsummar(?:y|i[sz]e)/i.test(order) && /\b(?:conversation|context|session|transcript)\b/i.test(order)) {
    const quoted = history.slice(0, MAX_QUOTED).map((said) => `- ${clipped(said, MAX_QUOTED_CHARS)}`);
    return `The person said, in this order:\n${quoted.join("\n")}`;
  }
  return undefined;
}

function titleOf(text: string): string {
  return clipped(text.split(/\s+/).slice(0, 6).join(" "), 48);
}

function clipped(text: string, max: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}

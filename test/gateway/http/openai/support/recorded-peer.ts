import { answer, fail, type Rule, say, spoken, toolCall } from "../../../../fakes/model-provider/index.ts";

/** What the peer of the recordings always counted. */
export const PEER_USAGE = { input: 100, output: 10, cacheRead: 40 } as const;

/** Answers as the model behind the recordings did: `say …`, `tool <name> <json>`, `fail <status>`; commands and results are echoed. */
export const recordedPeer: Rule = (request) => {
  const { userText } = request;
  const [, status] = /fail (\d+)$/.exec(userText) ?? [];
  if (status !== undefined) return fail(Number(status), { message: `mock failure ${status}` });
  const [, tool = "", json = "{}"] = /tool (\w+) (\{[^}]*\})/.exec(userText) ?? [];
  if (request.toolNames.includes(tool)) return answer([toolCall(tool, json)]);
  const said = /say ([^\n]*)$/.exec(userText)?.[1];
  if (said !== undefined) return say([said]);
  const typed = spoken(userText);
  return /^(?:\/|Tool:)/.test(typed) ? say([`echo: ${typed}`]) : undefined;
};

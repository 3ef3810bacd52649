import type { Roster } from "../../../agent/index.ts";
import { jsonResponse } from "../responses.ts";
import { invalid, Refusal } from "./refusal.ts";
import { DEFAULT_MODEL_IDS, isAgentModel } from "./target.ts";

/** The list of `GET /v1/models`: agents under the names that requests know them by. */
export function listModels(roster: Roster): Response {
  return jsonResponse(200, { object: "list", data: idsOf(roster).map(modelEntry) });
}

/** `GET /v1/models/{id}`; `encoded` is the path after the last fixed slash. @throws Refusal */
export function showModel(encoded: string, roster: Roster): Response {
  if (encoded === "") throw invalid("Missing model id.");
  const id = decoded(encoded);
  if (!isAgentModel(id)) throw invalid("Invalid model id.");
  if (!idsOf(roster).includes(id)) {
    throw new Refusal(404, "invalid_request_error", `Model '${id}' not found.`);
  }
  return jsonResponse(200, modelEntry(id));
}

function decoded(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw invalid("Invalid model id encoding.");
  }
}

function idsOf(roster: Roster): string[] {
  return [...new Set([...DEFAULT_MODEL_IDS, ...roster.list().map(({ id }) => `openclaw/${id}`)])];
}

function modelEntry(id: string) {
  return { id, object: "model", created: 0, owned_by: "openclaw", permission: [] };
}

import {
  InvalidSessionKeyError,
  isRefusedOverHttp,
  type Roster,
  type Sender,
  type Sessions,
  UnknownModelError,
  type Models,
} from "../../../agent/index.ts";
import type { SessionKey } from "../../../protocol/index.ts";
import type { HttpOperator } from "../../auth/index.ts";
import { MAX_CHANNEL_CHARS } from "./limits.ts";
import { invalid, Refusal } from "./refusal.ts";

/** Ids that stand for the default agent. */
export const DEFAULT_MODEL_IDS = ["openclaw", "openclaw/default"] as const;

const AGENT_MODEL = /^(?:openclaw[/:]|agent:)([a-z0-9][a-z0-9_-]{0,63})$/;

/** True for the ids by which requests name agents; the agent need not exist. */
export function isAgentModel(model: string): boolean {
  const id = model.trim().toLowerCase();
  return isDefaultModel(id) || AGENT_MODEL.test(id);
}

/** Whom and where a request is for. */
export interface Target {
  readonly agentId: string;
  readonly sessionKey: SessionKey;
}

interface TargetRequest {
  readonly headers: Headers;
  readonly model: string | null | undefined;
  readonly user: string | null | undefined;
  /** First word of session keys made here: `openai` or `openresponses`. */
  readonly prefix: string;
  readonly newId: () => string;
}

/**
 * The session of a request: the header's, one for its `user`, or one of its own. A session key with an agent in it picks
 * the agent, unless the request names another one. @throws Refusal
 */
export function targetOf(
  request: TargetRequest,
  { roster, sessions }: { readonly roster: Roster; readonly sessions: Sessions },
): Target {
  const named = namedAgent(request.model, request.headers);
  const agentId = known(named, roster);
  const asked = request.headers.get("x-openclaw-session-key")?.trim();
  const user = request.user?.trim();
  const { prefix } = request;
  const text = asked || (user ? `${prefix}-user:${user}` : `${prefix}:${request.newId()}`);
  const sessionKey = canonical(text, agentId, sessions);
  if (asked && isRefusedOverHttp(sessionKey)) {
    throw invalid("`x-openclaw-session-key` cannot use reserved internal session namespaces.");
  }
  const owner = sessions.agentOf(sessionKey);
  if (owner === agentId) return { agentId, sessionKey };
  if (named !== undefined) {
    throw invalid(`\`x-openclaw-session-key\` names a session of another agent than '${agentId}'.`);
  }
  return { agentId: known(owner, roster), sessionKey };
}

/** The agent a request is for: the header's, the model's, or the default one. @throws Refusal */
export function agentOf(model: string | null | undefined, headers: Headers, roster: Roster): string {
  return known(namedAgent(model, headers), roster);
}

function namedAgent(model: string | null | undefined, headers: Headers): string | undefined {
  const id = model?.trim().toLowerCase() ?? "";
  if (id !== "" && !isAgentModel(id)) {
    throw invalid("Invalid `model`. Use `openclaw` or `openclaw/<agentId>`.");
  }
  const header = headers.get("x-openclaw-agent-id")?.trim();
  if (header) return header;
  return isDefaultModel(id) ? undefined : AGENT_MODEL.exec(id)?.[1];
}

function known(agentId: string | undefined, roster: Roster): string {
  if (agentId === undefined) return roster.defaultId;
  if (roster.has(agentId.toLowerCase())) return agentId.toLowerCase();
  throw invalid(`Unknown agent '${agentId}'.`);
}

function isDefaultModel(id: string): boolean {
  return DEFAULT_MODEL_IDS.some((one) => one === id);
}

function canonical(text: string, agentId: string, sessions: Sessions): SessionKey {
  try {
    return sessions.canonical(text, agentId);
  } catch (error) {
    if (error instanceof InvalidSessionKeyError) throw invalid(error.message);
    throw error;
  }
}

/** The model asked for by header, as `provider/model`. @throws Refusal 403 for others than owners, 404 for an unknown one */
export async function modelOverride(
  headers: Headers,
  operator: HttpOperator,
  agentId: string,
  models: Models,
): Promise<string | undefined> {
  const asked = headers.get("x-openclaw-model")?.trim();
  if (!asked) return undefined;
  requireAdmin(operator);
  try {
    await models.resolve(asked, agentId);
    return asked;
  } catch (error) {
    if (!(error instanceof UnknownModelError)) throw error;
    throw new Refusal(404, "invalid_request_error", `Unknown model: ${asked} (${error.message}).`);
  }
}

/** Choosing a model is the owner's. @throws Refusal 403 */
export function requireAdmin(operator: HttpOperator): void {
  if (operator.scopes.includes("operator.admin")) return;
  throw new Refusal(403, "forbidden", "missing scope: operator.admin");
}

/**
 * Whom the agent hears: the operator, on the channel the caller names. Rules for a channel hold for its people, so only
 * the owner, whom none of them binds, may speak as if from there.
 */
export function senderOf(headers: Headers, operator: HttpOperator): Sender {
  const channel = headers.get("x-openclaw-message-channel")?.trim().toLowerCase() ?? "";
  const named = channel.length <= MAX_CHANNEL_CHARS && /^[a-z0-9][a-z0-9._-]*$/.test(channel);
  return {
    id: operator.user ?? "gateway-owner",
    isOwner: operator.owner,
    isAuthorized: true,
    isAdmin: operator.scopes.includes("operator.admin"),
    channel: named && operator.owner ? channel : "http",
  };
}

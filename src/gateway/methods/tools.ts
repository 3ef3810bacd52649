import {
  InvalidSessionKeyError,
  type InvokeFailure,
  type Roster,
  type Sessions,
  type ToolInvoker,
} from "../../agent/index.ts";
import { invalidRequest, tools as spec } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";
import { senderOf } from "../turns/client-sender.ts";

export interface ToolHandlersDeps {
  readonly invoker: ToolInvoker;
  readonly roster: Pick<Roster, "defaultId" | "has">;
  readonly sessions: Pick<Sessions, "canonical" | "get">;
}

/** What went wrong, in the codes of `tools.invoke`. */
const CODES: Readonly<Record<InvokeFailure["type"], string>> = {
  invalid_request: "validation_error",
  not_found: "not_found",
  tool_call_blocked: "forbidden",
  tool_error: "internal_error",
};

/** The `tools.*` methods. */
export function toolHandlers({ invoker, roster, sessions }: ToolHandlersDeps): BoundMethod[] {
  const agentOf = (agentId: string | undefined): string => {
    if (agentId === undefined) return roster.defaultId;
    if (!roster.has(agentId)) throw invalidRequest(`unknown agent id "${agentId}"`);
    return agentId;
  };
  return [
    handle(spec.catalog, ({ agentId }) => invoker.catalog(agentOf(agentId))),
    handle(spec.effective, async ({ sessionKey, agentId }, { client }) => {
      const record = await sessions.get(canonical(sessions, sessionKey, agentOf(agentId)));
      if (!record) throw invalidRequest(`unknown session key "${sessionKey}"`);
      if (agentId !== undefined && record.agentId !== agentId) {
        throw invalidRequest(`agent id "${agentId}" does not match session agent "${record.agentId}"`);
      }
      return invoker.effective(record, senderOf(client));
    }),
    handle(spec.invoke, async ({ name, args, sessionKey, agentId, idempotencyKey }, { client, signal }) => {
      const sender = senderOf(client);
      const outcome = await invoker.invoke({
        name,
        args,
        sessionKey,
        agentId,
        idempotencyKey,
        sender,
        surface: "rpc",
        signal,
      });
      const toolName = outcome.toolName || name;
      if (outcome.ok) return { ok: true, toolName, output: outcome.result, source: "core" };
      const { type, message } = outcome.error;
      return { ok: false, toolName, error: { code: CODES[type], message } };
    }),
  ];
}

function canonical(sessions: Pick<Sessions, "canonical">, sessionKey: string, agentId: string) {
  try {
    return sessions.canonical(sessionKey, agentId);
  } catch (error) {
    if (error instanceof InvalidSessionKeyError) throw invalidRequest(error.message);
    throw error;
  }
}

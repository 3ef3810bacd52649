import { recordOf } from "../../lib/records.ts";
import type { Sender, ToolInvoker } from "../../agent/index.ts";
import type { HttpOperator } from "../auth/index.ts";
import { readJson } from "./body.ts";
import { jsonResponse } from "./responses.ts";
import type { Route } from "./route.ts";

/** Longest body of an invocation, as documented for clients. */
export const MAX_INVOKE_BODY_BYTES = 2 * 1024 * 1024;

/** Longest value of a header that says where an invocation is from. */
const MAX_HEADER_CHARS = 256;

/** `POST /tools/invoke`: runs one tool outside a turn. */
export function toolsInvokeRoute(invoker: ToolInvoker): Route {
  return {
    path: "/tools/invoke",
    methods: ["POST"],
    auth: "operator",
    scope: "operator.write",
    maxBodyBytes: MAX_INVOKE_BODY_BYTES,
    summary: "Runs one tool.",
    async handle(request, { operator, keepOpen }) {
      const body = await readJson(request, MAX_INVOKE_BODY_BYTES);
      if (!body.ok) return body.response;
      keepOpen();
      const { name, tool, action, args, sessionKey, agentId, idempotencyKey, dryRun } = recordOf(body.value);
      const outcome = await invoker.invoke({
        name: name ?? tool,
        action,
        args,
        sessionKey,
        agentId,
        idempotencyKey,
        dryRun,
        sender: senderOf(request.headers, operator),
        surface: "http",
        signal: request.signal,
      });
      if (outcome.ok) return jsonResponse(200, { ok: true, result: outcome.result });
      return jsonResponse(outcome.status, { ok: false, error: outcome.error });
    },
  };
}

/** The operator; with the conversation the headers name when it is the owner, who may have messages sent anywhere. */
function senderOf(headers: Headers, operator: HttpOperator | undefined): Sender {
  const header = (name: string): string | undefined => {
    if (operator?.owner !== true) return undefined;
    const value = headers.get(`x-openclaw-${name}`)?.trim();
    return value && value.length <= MAX_HEADER_CHARS ? value : undefined;
  };
  const channel = header("message-channel")?.toLowerCase() ?? "";
  const [accountId, to, threadId] = ["account-id", "message-to", "thread-id"].map(header);
  return {
    id: operator?.user ?? "gateway-owner",
    isOwner: operator?.owner ?? false,
    isAuthorized: operator !== undefined,
    isAdmin: operator?.scopes.includes("operator.admin") ?? false,
    channel: /^[a-z0-9][a-z0-9._-]*$/.test(channel) ? channel : "http",
    ...(accountId && { accountId }),
    ...(to && { to }),
    ...(threadId && { threadId }),
  };
}

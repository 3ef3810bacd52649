import type { ActionRequest, MessageQueue, Messages } from "../../../channels/index.ts";
import {
  invalidRequest,
  messages as specs,
  type ParamsOf,
  type SessionKey,
} from "../../../protocol/index.ts";
import { type BoundMethod, handle } from "../../method.ts";

export interface MessageMethodDeps {
  readonly messages: Pick<Messages, "send" | "poll" | "act">;
  readonly queue: Pick<MessageQueue, "list" | "show" | "retry" | "drop" | "stats">;
  /** The canonical key of what a client sent. @throws ProtocolError for what is no key */
  readonly sessionKey: (key: string, agentId: string | undefined) => SessionKey;
}

/** The methods that say and do things in chats, and those that look after what waits. */
export function messageHandlers(deps: MessageMethodDeps): BoundMethod[] {
  const { messages, queue } = deps;
  return [
    handle(specs.send, ({ sessionKey, ...params }) =>
      messages.send({ ...params, sessionKey: keyOf(deps, sessionKey, params.agentId) }),
    ),
    handle(specs.poll, (params) => messages.poll(params)),
    handle(specs.messageAction, async (params) => (await messages.act(actionOf(deps, params))).payload),
    handle(specs.messageQueueList, async (query) => {
      const [items, counts] = await Promise.all([queue.list(query), queue.stats()]);
      return { items: [...items], counts: [...counts] };
    }),
    handle(specs.messageQueueShow, async ({ id }) => {
      const item = await queue.show(id);
      if (!item)
        throw invalidRequest(`there is no message ${id} in the queue. See: openclaw message queue list`);
      return { item };
    }),
    handle(specs.messageQueueRetry, async ({ id }) => ({ item: await queue.retry(id) })),
    handle(specs.messageQueueDrop, async ({ id }) => ({ item: await queue.drop(id) })),
  ];
}

/** Whoever may call it is an operator; what a request says of an agent's turn gives and takes no rights. */
function actionOf(deps: MessageMethodDeps, request: ParamsOf<typeof specs.messageAction>): ActionRequest {
  const { channel, action, params, reply, accountId, agentId, idempotencyKey } = request;
  const inParams = typeof params.__sessionKey === "string" ? params.__sessionKey : undefined;
  return {
    action,
    channel,
    accountId,
    params: { ...params, ...(reply && { replyToId: reply.replyToId }) },
    sessionKey: keyOf(deps, request.sessionKey ?? inParams, agentId),
    agentId,
    idempotencyKey,
    requester: { kind: "operator" },
  };
}

function keyOf(
  deps: MessageMethodDeps,
  key: string | undefined,
  agentId: string | undefined,
): SessionKey | undefined {
  const named = key?.trim();
  return named === undefined || named === "" ? undefined : deps.sessionKey(named, agentId);
}

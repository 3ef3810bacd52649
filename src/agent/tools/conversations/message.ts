import { defineTool, textResult, ToolInputError } from "../define.ts";
import { MESSAGE_MAX_CHARS } from "../limits.ts";
import { flag, maybe, parameters, text, word } from "../parameters.ts";
import type { MessageSender, OutboundMessage } from "../ports.ts";
import type { Tool, ToolContext } from "../tool.ts";

/** Surfaces that are conversations of the gateway itself: a message there is shown in the session. */
const OWN_SURFACES = new Set(["webchat", "cli", "http", "gateway", "internal"]);

interface MessageArgs {
  readonly channel?: string;
  readonly target?: string;
  readonly accountId?: string;
  readonly threadId?: string;
}

interface Destination {
  readonly channel: string;
  readonly to: string;
  readonly accountId?: string;
  readonly threadId?: string;
}

/** `message`: says something in a chat, beside the answer. */
export function messageTool(sender: MessageSender): Tool {
  return defineTool({
    name: "message",
    label: "Message",
    description: "Send a chat message, by default to the current conversation.",
    scope: "anyone",
    parameters: parameters({
      action: word(["send"]),
      message: text(),
      channel: maybe(text()),
      target: maybe(text("chat id")),
      accountId: maybe(text()),
      threadId: maybe(text()),
      replyTo: maybe(text()),
      silent: maybe(flag()),
      dryRun: maybe(flag()),
    }),
    async run({ message, replyTo, silent, dryRun, ...named }, context) {
      if (message.trim() === "") throw new ToolInputError("message required");
      if (message.length > MESSAGE_MAX_CHARS) throw new ToolInputError("message is too long");
      const to = destinationOf(named, context, sender);
      const where = to ? `${to.channel} ${to.to}` : `session ${context.sessionKey}`;
      if (dryRun === true) return textResult(`Would be sent to ${where}.`, { ok: true, dryRun: true, ...to });
      const { agentId, sessionKey } = context;
      const outbound: OutboundMessage | undefined = to && {
        ...to,
        text: message,
        agentId,
        sessionKey,
        ...(replyTo && { replyTo }),
        ...(silent === true && { silent }),
      };
      const sent = outbound
        ? await sender.send(outbound)
        : await sender.show({ agentId, sessionKey, text: message });
      return textResult(`Sent to ${where}.`, { ok: true, action: "send", ...to, ...sent });
    },
  });
}

/** The chat a message goes to; undefined for the session itself. @throws ToolInputError */
function destinationOf(
  named: MessageArgs,
  context: ToolContext,
  sender: MessageSender,
): Destination | undefined {
  const current = context.sender;
  const channel = (named.channel?.trim() || current.channel).toLowerCase();
  const sameChannel = channel === current.channel.toLowerCase();
  const to = named.target?.trim() || (sameChannel ? current.to : undefined);
  if (OWN_SURFACES.has(channel)) {
    if (named.target) throw new ToolInputError(`${channel} has no chats to choose from; leave target out`);
    return undefined;
  }
  const isCurrent = sameChannel && to === current.to;
  if (!isCurrent && !current.isOwner) {
    throw new ToolInputError("only the owner may have messages sent to other chats");
  }
  const channels = sender.channels();
  if (!channels.includes(channel)) {
    const there = channels.length === 0 ? "none is connected" : `connected: ${channels.join(", ")}`;
    throw new ToolInputError(
      `channel ${channel} cannot send (${there}); it is set up in channels.${channel}`,
    );
  }
  if (!to) throw new ToolInputError("target required: the id of a chat");
  const accountId = named.accountId || (isCurrent ? current.accountId : undefined);
  const threadId = named.threadId || (isCurrent ? current.threadId : undefined);
  return { channel, to, ...(accountId && { accountId }), ...(threadId && { threadId }) };
}

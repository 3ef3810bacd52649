import type { Run } from "../command.ts";
import { type agentFlags, type AgentFlagValues, connectionOf } from "../commands/agent.ts";
import { CliError } from "../errors.ts";
import { withGateway, type GatewayAccess } from "../rpc/gateway.ts";
import { messageOf } from "./message.ts";
import { runTurn } from "./turn.ts";

export const run: Run<typeof agentFlags> = async ({ flags, session }) => {
  const message = await messageOf(flags, session);
  if (message !== undefined) {
    return withGateway(session, connectionOf(flags), accessFor(flags, message), (client) =>
      runTurn(client, session, flags, message),
    );
  }
  if (session.editLines === undefined || flags.json) {
    throw new CliError("There is no message, and no terminal to type one at.", {
      hint: 'Say something: openclaw agent --message "…", or pipe it in with --message -',
    });
  }
  refuseTurnFlags(flags);
  const { converse } = await import("./chat.ts");
  const editor = await session.editLines();
  try {
    return await withGateway(session, connectionOf(flags), accessFor(flags, "/reset"), (client) =>
      converse(client, session, flags, editor),
    );
  } finally {
    editor.close();
  }
};

/** What says something about one turn only, and what to do about it in a conversation. */
const TURN_FLAGS = [
  ["model", "model"],
  ["to", "to"],
  ["channel", "channel"],
  ["replyTo", "reply-to"],
  ["replyChannel", "reply-channel"],
  ["replyAccount", "reply-account"],
  ["verbose", "verbose"],
] as const;

function refuseTurnFlags(flags: AgentFlagValues): void {
  const given = TURN_FLAGS.find(([key]) => flags[key] !== undefined);
  if (given === undefined) return;
  throw new CliError(`--${given[1]} needs --message.`, {
    hint: "In a conversation, commands do the same: /model, /help.",
  });
}

const ADMIN = ["operator.admin"] as const;

/**
 * Choosing a model and ending a conversation's memory take an admin; saying something does not. On the gateway's own
 * machine it is the owner who speaks, with the tools of the owner.
 */
function accessFor(flags: AgentFlagValues, message: string): GatewayAccess {
  const admin =
    flags.model !== undefined || flags.verbose !== undefined || /^\/(?:new|reset)\b/i.test(message);
  return {
    scopes: ["operator.read", "operator.write", ...(admin ? ADMIN : [])],
    ...(!admin && { localScopes: ADMIN }),
    caps: ["tool-events"],
  };
}

import { defineCommand } from "../command.ts";
import { choice, filled, type FlagValues, integerOr, toggle } from "../flags.ts";
import { gatewayFlags } from "../rpc/flags.ts";

/** How long the connection may take; the turn has its own time. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Of a turn whose caller said nothing; the gateway ends it then. */
const TURN_TIMEOUT_S = 600;

const { timeout: _, ...connection } = gatewayFlags(CONNECT_TIMEOUT_MS);

export const agentFlags = {
  message: filled("text", "What to say; - reads it from standard input", { short: "m" }),
  messageFile: filled("path", "Read the message from a UTF-8 file"),
  to: filled("number", "Recipient in E.164 whose conversation it is", { short: "t" }),
  sessionKey: filled("key", "Session by key: agent:<id>:<rest>, or <rest> with --agent"),
  sessionId: filled("id", "Session by id"),
  agent: filled("id", "Agent; its main session unless another one is named"),
  model: filled("id", "Model of this turn: provider/model, or a model id"),
  thinking: filled("level", "off, minimal, low, medium, high …, as the model allows"),
  verbose: choice(["on", "off"], "Show tools at work, and keep it so for the session"),
  deliver: toggle("Send the answer to the session's chat as well"),
  channel: filled("channel", "Channel to deliver to; the session's own unless told"),
  replyTo: filled("target", "Deliver to this target instead"),
  replyChannel: filled("channel", "Deliver through this channel instead"),
  replyAccount: filled("id", "Deliver from this account instead"),
  timeout: integerOr(TURN_TIMEOUT_S, "seconds", "Longest turn; 0 for no limit", { min: 0 }),
  ...connection,
};

export type AgentFlagValues = FlagValues<typeof agentFlags>;

/** The same connection options as other commands have, with their patience in ms. */
export function connectionOf(flags: {
  readonly url: string | undefined;
  readonly port: number | undefined;
  readonly token: string | undefined;
  readonly password: string | undefined;
  readonly tlsFingerprint: string | undefined;
  readonly json: boolean;
}) {
  return { ...flags, timeout: CONNECT_TIMEOUT_MS };
}

export const agentCommand = defineCommand({
  name: "agent",
  summary: "Talk to an agent: one turn with --message, a conversation without",
  description:
    "The turn runs in the gateway. On a terminal the answer is printed as it comes; otherwise once it is complete. Ctrl-C ends the turn.",
  flags: agentFlags,
  examples: [
    ['openclaw agent --message "What is on today?"', "Ask the default agent, in its main session"],
    ["openclaw agent", "Open a conversation, line by line"],
    ["git diff | openclaw agent --agent ops -m -", "Say what is piped in, to another agent"],
    ['openclaw agent --to +15555550123 --message "Status?" --deliver', "Send the answer to that chat, too"],
    ['openclaw agent --session-key agent:main:notes -m "Go on" --json', "Name the session; print JSON"],
  ],
  load: () => import("../agent/agent.ts"),
});

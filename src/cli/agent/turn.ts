import { type GatewayClient, GatewayTransportError, isRecord } from "../../client/index.ts";
import type { agent, chat, ParamsOf, ResultOf, sessions } from "../../protocol/index.ts";
import { CliError, EXIT_FAILURE, EXIT_OK } from "../errors.ts";
import type { Session } from "../session.ts";
import type { AgentFlagValues } from "../commands/agent.ts";
import { AnswerView } from "./answer-view.ts";
import { ABORT_TIMEOUT_MS, ANSWER_GRACE_MS, NO_LIMIT_MS } from "./limits.ts";
import { listenToRun } from "./run-frames.ts";

/** Shells tell by these codes that a program was ended, as the signals' own numbers say. */
const EXIT_SIGINT = 130;
const EXIT_SIGTERM = 143;

interface Accepted {
  readonly runId: string;
  readonly sessionKey: string | undefined;
}

/** Runs one turn to its end and prints the answer; resolves to the exit code. */
export async function runTurn(
  client: GatewayClient,
  session: Session,
  flags: AgentFlagValues,
  message: string,
): Promise<number> {
  const { out } = session;
  const runId = crypto.randomUUID();
  const view = out.interactive && !flags.json ? new AnswerView(out) : undefined;
  const stop =
    view &&
    listenToRun(client, runId, {
      text: (full) => view.text(full),
      tool: (news) => view.tool(news),
      ended: () => {},
    });
  let accepted: Accepted = { runId, sessionKey: flags.sessionKey };
  const signal = session.interrupted();
  const interrupted = new Promise<undefined>((resolve) => {
    const end = (): void => void abort(client, accepted, flags).finally(() => resolve(undefined));
    if (signal.aborted) end();
    else signal.addEventListener("abort", end, { once: true });
  });
  try {
    const answer = client.request<typeof agent.agent>("agent", paramsOf(flags, message, runId), {
      expectFinal: true,
      timeoutMs: flags.timeout === 0 ? NO_LIMIT_MS : flags.timeout * 1_000 + ANSWER_GRACE_MS,
      onAccepted(payload) {
        if (!isRecord(payload)) return;
        if (typeof payload.sessionKey === "string") accepted = { runId, sessionKey: payload.sessionKey };
        if (flags.verbose !== undefined) void keepVerbose(client, accepted, flags.verbose, session);
      },
    });
    const first = await Promise.race([answer, interrupted]);
    if (first === undefined) {
      // The answer of a turn that was ended is nobody's business any more, neither is its failure.
      answer.catch(() => {});
      view?.close();
      return signal.reason === "SIGTERM" ? EXIT_SIGTERM : EXIT_SIGINT;
    }
    return show(session, flags, view, first);
  } catch (error) {
    view?.close();
    throw explained(error, accepted);
  } finally {
    stop?.();
  }
}

function paramsOf(flags: AgentFlagValues, message: string, runId: string): ParamsOf<typeof agent.agent> {
  return {
    message,
    agentId: flags.agent,
    model: flags.model,
    to: flags.to,
    replyTo: flags.replyTo,
    sessionId: flags.sessionId,
    sessionKey: flags.sessionKey,
    thinking: flags.thinking,
    deliver: flags.deliver,
    channel: flags.channel,
    replyChannel: flags.replyChannel,
    replyAccountId: flags.replyAccount,
    timeout: flags.timeout,
    idempotencyKey: runId,
  };
}

function show(
  { out }: Session,
  flags: AgentFlagValues,
  view: AnswerView | undefined,
  answer: ResultOf<typeof agent.agent>,
): number {
  const { status, summary, result } = answer;
  if (flags.json) {
    out.json(answer);
  } else {
    const texts = (result?.payloads ?? []).flatMap(payloadText);
    if (view) view.finish(texts);
    else for (const text of texts) out.text(text.endsWith("\n") ? text : `${text}\n`);
    if (texts.length === 0 && status !== "ok") out.note(summary ?? "No answer.");
  }
  return status === "ok" ? EXIT_OK : EXIT_FAILURE;
}

/** A payload as lines; a file is named below its words. */
function payloadText({
  text,
  mediaUrl,
}: {
  readonly text: string;
  readonly mediaUrl: string | null;
}): string[] {
  const lines = [text, mediaUrl].filter((part) => part !== null && part !== "");
  return lines.length === 0 ? [] : [lines.join("\n")];
}

async function abort(
  client: GatewayClient,
  { runId, sessionKey }: Accepted,
  flags: AgentFlagValues,
): Promise<void> {
  const key = sessionKey ?? "main";
  const params = { sessionKey: key, runId, ...(flags.agent !== undefined && { agentId: flags.agent }) };
  // The person leaves either way; a gateway that cannot hear this has lost the turn already.
  await client
    .request<typeof chat.chatAbort>("chat.abort", params, { timeoutMs: ABORT_TIMEOUT_MS })
    .catch(() => {});
}

async function keepVerbose(
  client: GatewayClient,
  { sessionKey }: Accepted,
  verboseLevel: string,
  { out }: Session,
): Promise<void> {
  try {
    await client.request<typeof sessions.patch>("sessions.patch", {
      key: sessionKey ?? "main",
      verboseLevel,
    });
  } catch (error) {
    out.warn(
      `--verbose was not kept for the session: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** A connection that is lost in the middle says nothing about the turn, which may still run. */
function explained(error: unknown, { runId, sessionKey }: Accepted): unknown {
  if (!(error instanceof GatewayTransportError) || sessionKey === undefined) return error;
  return new CliError(error.message, {
    type: "gateway_transport_error",
    fields: { kind: error.kind === "timeout" ? "timeout" : "closed", reason: error.reason, runId },
    hint: `The turn may still run in the gateway. See what became of it: openclaw sessions show ${sessionKey}`,
    cause: error,
  });
}

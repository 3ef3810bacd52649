import { type GatewayClient, isRecord } from "../../client/index.ts";
import type { ActionFlags } from "../commands/chats/message.ts";
import { CliError, EXIT_FAILURE } from "../errors.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { channelOf } from "./channel.ts";
import { sendable } from "./media.ts";
import { type Answer, failureOf, printed, rehearsed } from "./outcome.ts";

/** What is to be done in a chat; `params` by the names the protocol gives them, absent ones left out. */
export interface ActionRequest {
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Files of this machine and addresses, as the person named them. */
  readonly media?: readonly string[];
  /** A repeat with the same key is answered, not done again; a fresh one unless told. */
  readonly idempotencyKey?: string | undefined;
  /** Prints the answer for a person. */
  readonly show: (answer: Answer, session: Session) => void;
}

/** Does it through the gateway and prints what came of it; the exit code. @throws CliError that says how far it came */
export async function perform(session: Session, flags: ActionFlags, request: ActionRequest): Promise<number> {
  const { action, idempotencyKey = crypto.randomUUID() } = request;
  const { out } = session;
  const answer = await asked(session, flags, { ...request, idempotencyKey });
  const isOk = answer.ok !== false;
  if (flags.json) out.json(printed(action, answer));
  else {
    if (answer.dryRun === true && action !== "broadcast") rehearsed(session, action, answer);
    else request.show(answer, session);
    if (flags.verbose) out.line(JSON.stringify(answer, null, 2));
  }
  return isOk ? 0 : EXIT_FAILURE;
}

async function asked(
  session: Session,
  flags: ActionFlags,
  request: ActionRequest & { readonly idempotencyKey: string },
): Promise<Answer> {
  const { action, media = [] } = request;
  const access = { scopes: ["operator.write"], label: waitingFor(action) } as const;
  let wasAsked = false;
  try {
    return await withGateway(session, flags, access, async (client, target) => {
      const channel = await channelFor(client, flags, request);
      const way = { session, target, maxFrameBytes: client.hello.policy.maxPayload };
      await using files = await sendable(media, way);
      wasAsked = true;
      const answer = await client.call(
        "message.action",
        paramsOf(flags, request, channel, files.attachments),
        {
          timeoutMs: flags.timeout,
        },
      );
      if (!isRecord(answer)) throw new CliError("The gateway answered something else than the outcome.");
      files.isDone = answer.ok !== false;
      // The file by the name the person gave it, not that of its copy.
      return { ...answer, channel, ...("mediaUrl" in answer && { mediaUrl: media[0] ?? null }) };
    });
  } catch (error) {
    throw failureOf(error, request, wasAsked);
  }
}

/** Looking everywhere needs no channel; everything else happens on one. */
async function channelFor(
  client: GatewayClient,
  { channel, timeout }: ActionFlags,
  { action, params }: ActionRequest,
): Promise<string> {
  const { target, targets } = params;
  const several: readonly unknown[] = Array.isArray(targets) ? targets : [];
  const named = [target, ...several].filter((one) => typeof one === "string");
  if (action === "search" && channel === undefined && named.length === 0) return "all";
  return channelOf(channel, named, client, timeout);
}

function paramsOf(
  { account, dryRun }: ActionFlags,
  { action, params, idempotencyKey }: ActionRequest,
  channel: string,
  attachments: readonly object[],
) {
  const given = {
    ...params,
    ...(attachments.length > 0 && { attachments }),
    ...(dryRun && { dryRun: true }),
  };
  return {
    action,
    params: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    channel,
    ...(account !== undefined && { accountId: account }),
    idempotencyKey,
  };
}

function waitingFor(action: string): string {
  return action === "read" || action === "search" ? "Reading" : "Waiting for the chat";
}

import { GatewayTransportError, isRecord } from "../../client/index.ts";
import { displayPath } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { statusFlags } from "../commands/chats/channels.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { callGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { configuredChannels, stateOf } from "./configured.ts";
import { statusLines } from "./status-lines.ts";

const ACCESS = { scopes: ["operator.read"], label: "Asking the gateway" } as const;

export const run: Run<typeof statusFlags> = async ({ flags, session }) => {
  const { out } = session;
  const named = flags.channel?.trim().toLowerCase();
  const channel = named === "all" ? undefined : named;
  const params = {
    probe: flags.probe,
    timeoutMs: flags.timeout,
    ...(channel !== undefined && { channel }),
  };
  let answer: unknown;
  try {
    answer = await callGateway(session, flags, ACCESS, "channels.status", params);
  } catch (error) {
    if (error instanceof CliError && isUnreachable(error))
      return fromConfig(session, flags.json, error, channel);
    throw error;
  }
  if (flags.json) out.json(answer);
  else if (isRecord(answer)) await tell(answer, session, { isElsewhere: flags.url !== undefined, channel });
};

async function tell(
  answer: Readonly<Record<string, unknown>>,
  session: Session,
  asked: { readonly isElsewhere: boolean; readonly channel: string | undefined },
): Promise<void> {
  const { out } = session;
  const waiting = asked.isElsewhere ? [] : await notTakenUp(answer, session, asked.channel);
  const lines = statusLines(answer, session);
  if (lines.length > 0) for (const line of lines) out.line(line);
  else if (waiting.length > 0) out.line("The gateway has no account yet.");
  else out.line("No channel has an account. Connect one: openclaw channels add telegram");
  if (waiting.length === 0) return;
  out.warn(`In the configuration, and not in the gateway yet: ${waiting.join(", ")}`);
  out.note("Look again in a moment. If it stays like this: openclaw gateway restart");
}

/** Accounts of this machine's configuration that its gateway does not know: it takes a change up within moments, or not at all. */
async function notTakenUp(
  { channelAccounts }: Readonly<Record<string, unknown>>,
  session: Session,
  named: string | undefined,
): Promise<string[]> {
  // A file that cannot be used says nothing; the gateway goes on with what it has.
  const { config, valid } = openConfig(session).peek();
  if (!valid || config.gateway.mode === "remote") return [];
  const { channels } = await configuredChannels(session);
  return channels
    .filter(({ channel }) => named === undefined || named === channel.meta.id)
    .flatMap(({ channel, accounts }) => {
      const known = isRecord(channelAccounts) ? channelAccounts[channel.meta.id] : undefined;
      const ids = Array.isArray(known) ? known.filter(isRecord).map(({ accountId }) => accountId) : [];
      // What comes from a variable here may have none where the gateway was started.
      return accounts
        .filter(({ id, tokenSource }) => tokenSource !== "env" && !ids.includes(id))
        .map(({ id }) => `${channel.meta.label} ${id}`);
    });
}

/** Nobody is there, or may be asked. A gateway that answers and refuses is no such case. */
function isUnreachable({ cause, type }: CliError): boolean {
  return cause instanceof GatewayTransportError || type === "gateway_credentials_required";
}

/** What can be told without the gateway. */
async function fromConfig(
  session: Session,
  json: boolean,
  error: CliError,
  named: string | undefined,
): Promise<void> {
  const { out, paths } = session;
  const { config, channels } = await configuredChannels(session);
  const mode = config.gateway.mode ?? "unset";
  const configured = channels.filter(
    ({ channel, accounts }) => accounts.length > 0 && (named === undefined || named === channel.meta.id),
  );
  if (json) {
    out.json({
      gatewayReachable: false,
      error: error.message,
      gatewayAuthUnavailable: error.type === "gateway_credentials_required",
      configOnly: true,
      config: { path: paths.configPath, mode },
      configuredChannels: configured.map(({ channel }) => channel.meta.id),
    });
    return;
  }
  out.line("Gateway not reachable; showing config-only status.");
  out.line(`Config: ${displayPath(paths.configPath, paths.home)}`);
  out.line(`Mode: ${mode}`);
  for (const { channel, accounts } of configured) {
    for (const account of accounts) {
      out.line(`- ${channel.meta.label} ${account.id}: ${stateOf(account)}`);
      if (account.problem !== undefined) out.warn(account.problem);
    }
  }
  if (configured.length === 0) out.line("No channel has an account.");
  out.note(error.message);
  if (error.hint !== undefined) out.note(error.hint);
}

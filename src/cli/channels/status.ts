import { isRecord, GatewayTransportError } from "../../client/index.ts";
import type { Run } from "../command.ts";
import type { statusFlags } from "../commands/channels.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { callGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import { knownChannels } from "./known.ts";
import { statusLines } from "./status-lines.ts";

/** How long a gateway that does not answer is waited for before the file is read instead. */
const ACCESS = { scopes: ["operator.read"], label: "Asking the gateway" } as const;

export const run: Run<typeof statusFlags> = async ({ flags, session }) => {
  const { out } = session;
  const channel = flags.channel === "all" ? undefined : flags.channel?.trim().toLowerCase();
  const params = {
    probe: flags.probe,
    timeoutMs: flags.timeout,
    ...(channel !== undefined && { channel }),
  };
  let answer: unknown;
  try {
    answer = await callGateway(session, flags, ACCESS, "channels.status", params);
  } catch (error) {
    const isDown = error instanceof CliError && error.cause instanceof GatewayTransportError;
    if (!isDown) throw error;
    return fromConfig(session, flags.json, error);
  }
  if (flags.json) {
    out.json(answer);
    return;
  }
  if (isRecord(answer)) for (const line of statusLines(answer, session)) out.line(line);
};

/** What can be told without the gateway. */
async function fromConfig(session: Session, json: boolean, error: CliError): Promise<void> {
  const { out, paths } = session;
  const { config, variables } = await openConfig(session).load();
  const configured = (await knownChannels()).flatMap((channel) => {
    const accounts = channel.accounts(config, variables);
    return accounts.length === 0 ? [] : [{ meta: channel.meta, accounts }];
  });
  const mode = config.gateway.mode ?? "unset";
  if (json) {
    out.json({
      gatewayReachable: false,
      error: error.message,
      gatewayAuthUnavailable: error.type === "gateway_credentials_required",
      configOnly: true,
      config: { path: paths.configPath, mode },
      configuredChannels: configured.map(({ meta }) => meta.id),
    });
    return;
  }
  out.line("Gateway not reachable; showing config-only status.");
  out.line(`Config: ${paths.configPath}`);
  out.line(`Mode: ${mode}`);
  for (const { meta, accounts } of configured) {
    for (const { id, enabled, configured: isComplete, problem } of accounts) {
      const state = !isComplete
        ? (problem ?? "not configured")
        : enabled
          ? "configured, enabled"
          : "disabled";
      out.line(`- ${meta.label} ${id}: ${state}`);
    }
  }
  if (configured.length === 0) out.line("No channel has an account.");
  out.note(error.message);
  if (error.hint !== undefined) out.note(error.hint);
}

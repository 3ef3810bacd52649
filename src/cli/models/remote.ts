import type { GatewayClient } from "../../client/index.ts";
import type { models as spec } from "../../protocol/index.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";
import type { ModelsAccess, ModelsRight } from "./access.ts";

/** A probe asks a provider, which takes longer than the gateway itself. */
const PROBE_PATIENCE_MS = 120_000;

/** Does work on the models of a running gateway. Throws `CliError`. */
export function withRemoteModels<T>(
  session: Session,
  flags: GatewayFlags,
  right: ModelsRight,
  work: (models: ModelsAccess) => Promise<T>,
): Promise<T> {
  const access = { scopes: [right], label: "Asking the gateway" } as const;
  return withGateway(session, flags, access, (client) => work(remoteModels(client, flags.timeout)));
}

function remoteModels(client: GatewayClient, timeoutMs: number): ModelsAccess {
  const patience = { timeoutMs };
  return {
    from: "gateway",
    list: async (params) => (await client.request<typeof spec.list>("models.list", params, patience)).models,
    probe: (params) =>
      client.request<typeof spec.probe>("models.probe", params, { timeoutMs: PROBE_PATIENCE_MS }),
    authStatus: () => client.request<typeof spec.authStatus>("models.authStatus", {}, patience),
    store: async (params) =>
      (await client.request<typeof spec.authSetApiKey>("models.authSetApiKey", params, patience)).profileId,
    logout: async (params) =>
      (await client.request<typeof spec.authLogout>("models.authLogout", params, patience)).removedProfiles,
    setOrder: async (params) => {
      await client.request<typeof spec.authOrderSet>("models.authOrderSet", params, patience);
    },
  };
}

import { CredentialError, type ModelAdmin, modelChoice } from "../../agent/index.ts";
import { holdsScope, invalidRequest, models as spec, type ResultOf } from "../../protocol/index.ts";
import { type BoundMethod, type Frozen, handle } from "../method.ts";

export interface ModelHandlerDeps {
  readonly models: ModelAdmin;
  /** Where a request without one is about. */
  readonly defaultAgentId: () => string;
  readonly hasAgent: (agentId: string) => boolean;
  /** Whose session it is. */
  readonly agentOfSession: (sessionKey: string) => string;
}

/** The `models.*` methods. */
export function modelHandlers(deps: ModelHandlerDeps): BoundMethod[] {
  const { models, defaultAgentId, hasAgent } = deps;
  const agentOf = (agentId: string | undefined): string => {
    if (agentId === undefined || agentId === "") return defaultAgentId();
    if (!hasAgent(agentId)) throw invalidRequest(`unknown agent id "${agentId}"`);
    return agentId;
  };
  return [
    handle(spec.list, async (params) => {
      const { view = "default", agentId, sessionKey, provider, refresh, preparedOnly } = params;
      if (refresh === true && preparedOnly === true) {
        throw invalidRequest("refresh and preparedOnly exclude each other");
      }
      const rows = await models.list({
        view,
        agentId: agentOf(agentId ?? (sessionKey === undefined ? undefined : deps.agentOfSession(sessionKey))),
        ...(provider !== undefined && { provider }),
        ...(refresh !== undefined && { refresh }),
        ...(preparedOnly !== undefined && { preparedOnly }),
      });
      const keyed = params.includeProviderCapabilities === true ? await keyedProviders(models) : undefined;
      return {
        models: rows.map((row) => ({
          ...modelChoice(row),
          ...(keyed && { apiKeySupported: keyed.has(row.provider) }),
        })),
      };
    }),
    handle(spec.probe, async ({ agentId, ...request }) => {
      const { model: _, ...result } = await models.probe({ ...request, agentId: agentOf(agentId) });
      return result;
    }),
    handle(spec.authStatus, async ({ refresh }, { client }) => {
      const status = await models.authStatus({ ...(refresh !== undefined && { refresh }) });
      return holdsScope(client.scopes, "operator.admin") ? status : withoutPeople(status);
    }),
    handle(spec.authLogout, async ({ provider, profileIds }) => {
      const removedProfiles = await models.signIns.logout(provider, profileIds).catch(asProtocolError);
      return { provider, removedProfiles, abortedRunIds: [] };
    }),
    handle(spec.authSetApiKey, async (params) => {
      const profileId = await store(models, params).catch(asProtocolError);
      return { provider: params.provider, profileId };
    }),
    handle(spec.authOrderSet, async ({ provider, profileIds }) => {
      await models.signIns.setOrder(provider, profileIds ?? undefined).catch(asProtocolError);
      return { ok: true as const, provider, profileIds };
    }),
  ];
}

/** Providers that can be given a key. */
async function keyedProviders(models: ModelAdmin): Promise<ReadonlySet<string>> {
  const { providerCapabilities } = await models.authStatus();
  return new Set(providerCapabilities.filter((one) => one.apiKeySupported).map(({ provider }) => provider));
}

interface NewSignIn {
  readonly provider: string;
  readonly apiKey?: string;
  readonly profileId?: string;
  readonly type?: "api_key" | "token" | "oauth";
  readonly expiresAt?: number;
  readonly credential?: Readonly<Record<string, unknown>>;
  readonly email?: string;
}

function store({ signIns }: ModelAdmin, params: NewSignIn): Promise<string> {
  const { provider, apiKey, profileId, type = "api_key", expiresAt, credential, email } = params;
  const named = { provider, ...(profileId !== undefined && { profileId }) };
  if (type === "oauth") {
    if (credential === undefined) throw invalidRequest("a login needs its credential");
    return signIns.save({ ...named, type, credential, ...(email !== undefined && { email }) });
  }
  if (apiKey === undefined) throw invalidRequest("apiKey is required");
  return signIns.setKey({ ...named, type, key: apiKey, ...(expiresAt !== undefined && { expiresAt }) });
}

type Status = Frozen<ResultOf<typeof spec.authStatus>>;

/** Whose accounts they are is for administrators. */
function withoutPeople(status: Status): Status {
  return {
    ...status,
    providers: status.providers.map((provider) => ({
      ...provider,
      profiles: provider.profiles.map(({ email: _email, lastUsedAt: _used, ...profile }) => profile),
    })),
  };
}

/** A credential that cannot be stored is the caller's fault; the message never has it in it. */
function asProtocolError(error: unknown): never {
  if (error instanceof CredentialError) throw invalidRequest(error.message);
  throw error;
}

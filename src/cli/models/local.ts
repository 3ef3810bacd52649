import { existsSync } from "node:fs";
import { displayPath, invalidConfig, type OpenClawConfig } from "../../config/index.ts";
import { Egress, proxyFromEnv } from "../../lib/egress/index.ts";
import { GatewayRunningError } from "../../lib/locks/index.ts";
import { silentLogger } from "../../lib/logger.ts";
import { VERSION } from "../../lib/version.ts";
import { configFailure, openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { withStore } from "../local-store.ts";
import { secretWorld } from "../rpc/secret-world.ts";
import type { Session } from "../session.ts";
import type { ModelsAccess, ModelsRight } from "./access.ts";
import { agentModule, type Room, type RoomStore } from "./agent.ts";

/**
 * Does work on the files of a gateway that is down; none can be started meanwhile. Where nothing was stored yet, reading
 * makes no file. Throws `CliError`.
 */
export async function withLocalModels<T>(
  session: Session,
  right: ModelsRight,
  work: (models: ModelsAccess) => Promise<T>,
): Promise<T> {
  if (right === "operator.read" && !existsSync(session.paths.dbPath)) {
    return work(localModels(await openRoom(session, NOTHING_STORED), await agentModule()));
  }
  try {
    return await withStore(session, async (store) =>
      work(localModels(await openRoom(session, store), await agentModule())),
    );
  } catch (error) {
    if (error instanceof GatewayRunningError) {
      throw new CliError("A gateway was started meanwhile.", {
        hint: "Run the command again.",
        cause: error,
      });
    }
    throw await asCliError(error);
  }
}

/** The models as the configuration has them, without any stored credential: to read names with. Throws `CliError`. */
export async function readModels(session: Session): Promise<{ room: Room; config: OpenClawConfig }> {
  const config = await validConfig(session);
  // Whoever writes the configuration may choose what it does not allow to others.
  const free = {
    ...config,
    agents: { ...config.agents, defaults: { ...config.agents.defaults, modelPolicy: {} } },
  };
  return { room: await roomOf(session, free, {}, NOTHING_STORED), config };
}

/** The configuration of this session. Throws `CliError` when it is not valid. */
export async function validConfig(session: Session): Promise<OpenClawConfig> {
  const { valid, issues, config } = await openConfig(session).load();
  if (!valid) throw configFailure(invalidConfig(issues));
  return config;
}

const loadStore = () => import("../../store/index.ts");

type StoreReader = ReturnType<Awaited<ReturnType<typeof loadStore>>["openStoreReader"]>;

/** What is stored there, or nothing, to be read; what would be written is refused. */
export function withoutWrites(reader?: Pick<StoreReader, "authProfiles" | "kv">): RoomStore {
  const refuse = () => Promise.reject(new Error("this is only to be read"));
  return {
    authProfiles: {
      list: async (provider) => (await reader?.authProfiles.list(provider)) ?? [],
      get: async (id) => reader?.authProfiles.get(id),
      put: refuse,
      remove: async () => false,
      states: async () => (await reader?.authProfiles.states()) ?? [],
      note: async () => undefined,
    },
    kv: {
      get: async (key) => reader?.kv.get(key),
      set: refuse,
      setOnce: refuse,
      delete: async () => false,
    },
  };
}

const NOTHING_STORED = withoutWrites();

/** The models over a store, with their secrets. Throws `CliError`. */
export async function openRoom(session: Session, store: RoomStore): Promise<Room> {
  const snapshot = await openConfig(session).load();
  if (!snapshot.valid) throw configFailure(invalidConfig(snapshot.issues));
  const { config, variables } = snapshot;
  return roomOf(session, await resolved(session, config, variables), variables, store);
}

/** The models of a configuration that is not in force, with credentials of their own. */
export async function roomFor(
  session: Session,
  { config, variables }: { config: OpenClawConfig; variables: Readonly<Record<string, string>> },
  store: RoomStore,
): Promise<Room> {
  return roomOf(session, await resolved(session, config, variables), variables, store);
}

/** The same configuration with its secrets; one that cannot be had stays a reference, and counts as no credential. */
async function resolved(
  session: Session,
  config: OpenClawConfig,
  variables: Readonly<Record<string, string>>,
): Promise<OpenClawConfig> {
  const [{ SecretResolver, StrictSecretError }, { isSensitivePath }] = await Promise.all([
    import("../../secrets/index.ts"),
    import("../../config/index.ts"),
  ]);
  const resolver = new SecretResolver<OpenClawConfig>({
    ...(await secretWorld(session)),
    sensitive: isSensitivePath,
    logger: silentLogger,
  });
  try {
    return (await resolver.resolveAll({ config, variables })).config;
  } catch (error) {
    if (error instanceof StrictSecretError) return config;
    throw error;
  }
}

async function roomOf(
  session: Session,
  config: OpenClawConfig,
  variables: Readonly<Record<string, string>>,
  store: RoomStore,
): Promise<Room> {
  const { ModelRoom } = await agentModule();
  const { clock, env, paths } = session;
  const { StoredSecrets } = await import("../../secrets/index.ts");
  const stored = new StoredSecrets({ ...(await secretWorld(session)), logger: silentLogger });
  return new ModelRoom({
    references: {
      revision: () => undefined,
      read: (references) => stored.read(references, { config, variables }),
    },
    config: () => config,
    variables: () => variables,
    store,
    egress: new Egress({ clock, proxy: proxyFromEnv(env.raw) }),
    clock,
    log: silentLogger,
    guide: {
      version: VERSION,
      startedAt: clock.now(),
      address: () => undefined,
      timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
      configPath: displayPath(paths.configPath, paths.home),
    },
  });
}

/** What commands do with them. */
export function localModels(
  room: Room,
  { modelChoice, SOLE_AGENT_ID }: Awaited<ReturnType<typeof agentModule>>,
): ModelsAccess {
  return {
    from: "files",
    list: async ({ view = "default", agentId = SOLE_AGENT_ID, provider, refresh, preparedOnly }) =>
      (
        await room.list({
          view,
          agentId,
          ...(provider !== undefined && { provider }),
          ...(refresh !== undefined && { refresh }),
          ...(preparedOnly !== undefined && { preparedOnly }),
        })
      ).map(modelChoice),
    probe: async ({ agentId = SOLE_AGENT_ID, ...request }) => {
      const { model: _, ...outcome } = await room.probe({ ...request, agentId });
      return { ...outcome, results: [...outcome.results] };
    },
    authStatus: () => room.authStatus(),
    async store({ provider, apiKey, profileId, type = "api_key", credential, expiresAt, email }) {
      const named = { provider, ...(profileId !== undefined && { profileId }) };
      return type === "oauth"
        ? room.signIns.save({
            ...named,
            type,
            credential: credential ?? {},
            ...(email !== undefined && { email }),
          })
        : room.signIns.setKey({
            ...named,
            type,
            key: apiKey ?? "",
            ...(expiresAt !== undefined && { expiresAt }),
          });
    },
    logout: ({ provider, profileIds }) => room.signIns.logout(provider, profileIds),
    setOrder: ({ provider, profileIds }) => room.signIns.setOrder(provider, profileIds ?? undefined),
  };
}

async function asCliError(error: unknown): Promise<unknown> {
  const { CredentialError } = await agentModule();
  if (!(error instanceof CredentialError)) return error;
  const text = `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`;
  return new CliError(text, { hint: "See what is stored: openclaw models auth list", cause: error });
}

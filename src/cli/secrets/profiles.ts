import { existsSync } from "node:fs";
import { runningGateway } from "../../lib/locks/index.ts";
import type { ParamsOf, ResultOf, secrets as spec } from "../../protocol/index.ts";
import { CliError } from "../errors.ts";
import { withStoreAtRest } from "../local-store.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import { withGateway } from "../rpc/gateway.ts";
import type { Session } from "../session.ts";

/** What a stored credential holds; never its secret. */
export type HeldSecret = ResultOf<typeof spec.profilesList>["profiles"][number];

export type HeldChange = ParamsOf<typeof spec.profilesChange>["changes"][number];

const TIMEOUT_MS = 10_000;

/**
 * What the stored credentials hold: told by the gateway that uses the store, or read from the files of one that is down.
 * Nothing is made by looking. Throws `CliError`.
 */
export async function listHeld(session: Session, salt: string): Promise<readonly HeldSecret[]> {
  const flags = gatewayOf(session);
  if (flags !== undefined) {
    return withGateway(session, flags, { scopes: ["operator.admin"] }, async (client) => {
      const { profiles } = await client.request<typeof spec.profilesList>(
        "secrets.profiles.list",
        { salt },
        { timeoutMs: TIMEOUT_MS },
      );
      return profiles;
    });
  }
  const { dbPath } = session.paths;
  if (!existsSync(dbPath)) return [];
  const [{ openStoreReader, StoreError }, { heldSecrets }] = await Promise.all([
    import("../../store/index.ts"),
    import("../../agent/index.ts"),
  ]);
  try {
    using reader = openStoreReader(dbPath);
    return await heldSecrets(reader.authProfiles, salt);
  } catch (cause) {
    if (cause instanceof StoreError) throw new CliError(cause.message, { cause });
    throw cause;
  }
}

/** Changes stored credentials, all of them or none. Throws `CliError`. */
export async function changeHeld(session: Session, changes: readonly HeldChange[]): Promise<void> {
  const flags = gatewayOf(session);
  if (flags !== undefined) {
    await withGateway(session, flags, { scopes: ["operator.admin"] }, (client) =>
      client.request<typeof spec.profilesChange>(
        "secrets.profiles.change",
        { changes: [...changes] },
        { timeoutMs: TIMEOUT_MS },
      ),
    );
    return;
  }
  const { changeHeldSecrets, CredentialError } = await import("../../agent/index.ts");
  try {
    await withStoreAtRest(session, (store) =>
      changeHeldSecrets(store.authProfiles, changes, session.clock.now()),
    );
  } catch (cause) {
    if (cause instanceof CredentialError) throw new CliError(`${cause.message}.`, { cause });
    throw cause;
  }
}

/** How the gateway on this state folder is reached, if one runs; whatever else the configuration points at is not meant. */
function gatewayOf({ paths, clock }: Session): GatewayFlags | undefined {
  const owner = runningGateway({ stateLockPath: paths.stateLockPath, clock });
  if (owner === undefined) return undefined;
  return {
    url: undefined,
    port: owner.port,
    token: undefined,
    password: undefined,
    tlsFingerprint: undefined,
    timeout: TIMEOUT_MS,
    json: false,
  };
}

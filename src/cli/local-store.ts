import { randomIds } from "../lib/ids.ts";
import { GatewayRunningError, lockGateway } from "../lib/lock.ts";
import { silentLogger } from "../lib/logger.ts";
import { VERSION } from "../lib/version.ts";
import { CliError } from "./errors.ts";
import type { Session } from "./session.ts";

const loadStore = () => import("../store/index.ts");

type Store = Awaited<ReturnType<Awaited<ReturnType<typeof loadStore>>["openStore"]>>;

/**
 * Opens the store as a gateway would: under both locks, so that no gateway starts meanwhile. @throws GatewayRunningError,
 * StoreError
 */
export async function withStore<T>(
  { paths, clock }: Pick<Session, "paths" | "clock">,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { stateLockPath, configLockPath, configPath, stateDir } = paths;
  using _lock = await lockGateway({
    stateLockPath,
    configLockPath,
    configPath,
    stateDir,
    version: VERSION,
    clock,
    ids: randomIds,
  });
  const { openStore } = await loadStore();
  const store = await openStore({ path: paths.dbPath, clock, log: silentLogger });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** {@link withStore} for commands of a person: a gateway that runs is named with what to do. @throws CliError */
export async function withStoreAtRest<T>(
  session: Pick<Session, "paths" | "clock">,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  try {
    return await withStore(session, work);
  } catch (cause) {
    if (!(cause instanceof GatewayRunningError)) throw cause;
    const { owner } = cause;
    const who = owner === undefined ? "A gateway" : `A gateway (pid ${owner.pid})`;
    throw new CliError(`${who} is using the state database, and only one program may write to it.`, {
      cause,
      hint: "Stop it first, and start it again afterwards: openclaw gateway stop",
    });
  }
}

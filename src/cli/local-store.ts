import { GatewayRunningError } from "../lib/locks/index.ts";
import { silentLogger } from "../lib/logger.ts";
import type { Session } from "./session.ts";
import { lockState, stateInUse } from "./state-lock.ts";

const loadStore = () => import("../store/index.ts");

type Store = Awaited<ReturnType<Awaited<ReturnType<typeof loadStore>>["openStore"]>>;

type Seat = Pick<Session, "env" | "paths" | "clock">;

/**
 * Opens the store as a gateway would: under both locks, so that no gateway starts meanwhile. @throws GatewayRunningError,
 * StoreError
 */
export async function withStore<T>(session: Seat, work: (store: Store) => Promise<T>): Promise<T> {
  using _lock = await lockState(session);
  const { paths, clock } = session;
  const { openStore } = await loadStore();
  const store = await openStore({ path: paths.dbPath, clock, log: silentLogger });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** {@link withStore} for commands of a person: a gateway that runs is named with what to do. @throws CliError */
export async function withStoreAtRest<T>(session: Seat, work: (store: Store) => Promise<T>): Promise<T> {
  try {
    return await withStore(session, work);
  } catch (cause) {
    throw cause instanceof GatewayRunningError ? stateInUse(session, cause.owner) : cause;
  }
}

import type { Standing } from "../credentials/index.ts";
import type { AuthProfileState } from "../../../store/index.ts";

/** Why a model cannot be asked now. */
export interface Unavailable {
  readonly reason: "missing-auth" | "auth-failed" | "cooldown";
  /** Epoch ms at which it may be asked again. */
  readonly until?: number;
}

/** What stands in the way of a provider; undefined when nothing does. `open` is for a server that wants no key. */
export function unavailableOf(
  { ready, resting }: Standing,
  stateOf: (profileId: string) => AuthProfileState | undefined,
  open: boolean,
): Unavailable | undefined {
  if (ready.length > 0) return undefined;
  const [first] = resting;
  if (first === undefined) return open ? undefined : { reason: "missing-auth" };
  const failed = stateOf(first.credential.profileId)?.reason === "auth";
  return { reason: failed ? "auth-failed" : "cooldown", until: first.until };
}

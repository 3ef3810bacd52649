import { isElsewhere } from "../rpc/elsewhere.ts";
import type { GatewayFlags } from "../rpc/flags.ts";
import type { Session } from "../session.ts";

/** Somebody who waits to be let in. */
export interface Waiting {
  readonly channel: string;
  readonly accountId: string;
  readonly senderId: string;
  readonly code: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly meta: Readonly<Record<string, string>>;
}

export interface ApprovalOutcome {
  readonly owner: "not-requested" | "configured" | "already-configured" | "unavailable";
  /** `gateway-down`: nobody runs who could tell them. */
  readonly notification: "not-requested" | "sent" | "unsupported" | "failed" | "gateway-down";
}

/** The requests of a gateway, or of the store it would work with while it is down. */
export interface PairingAccess {
  list(): Promise<readonly Waiting[]>;
  /** Undefined when the request is gone. */
  approve(request: Waiting, options: { readonly notify: boolean }): Promise<ApprovalOutcome | undefined>;
  /** False when the request is gone. */
  dismiss(request: Waiting): Promise<boolean>;
}

/**
 * Does work on the requests of the gateway that the options or the configuration name. While no gateway runs on this
 * machine's state folder, and none elsewhere is meant, the store is worked on directly. Throws `CliError`.
 */
export async function withPairing<T>(
  session: Session,
  flags: GatewayFlags,
  work: (pairing: PairingAccess) => Promise<T>,
): Promise<T> {
  if (await isElsewhere(session, flags)) {
    const { withRemotePairing } = await import("./remote.ts");
    return withRemotePairing(session, flags, work);
  }
  const { withLocalPairing } = await import("./local.ts");
  return withLocalPairing(session, work);
}

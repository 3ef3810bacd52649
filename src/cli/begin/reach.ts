import { pause } from "../../lib/clock.ts";
import type { HealthSnapshot, status } from "../../protocol/index.ts";
import { targetFrom } from "../rpc/gateway.ts";
import { probeGateway, type ProbeResult } from "../rpc/probe.ts";
import { readTargetConfig } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";
import { HERE } from "./here.ts";
import { LOOK_PAUSE_MS, LOOK_TIMEOUT_MS } from "./limits.ts";

/** What a look at the gateway found, its health included. */
export type Reached = ProbeResult<HealthSnapshot>;

/** Looks at the configured gateway once. Never rejects for a gateway that is down. */
export async function lookAtGateway(session: Session): Promise<Reached> {
  const target = await targetFrom(session, HERE, await readTargetConfig(session));
  return probeGateway(session, target, LOOK_TIMEOUT_MS, (client) =>
    client.request<typeof status.health>("health", {}, { timeoutMs: LOOK_TIMEOUT_MS }),
  );
}

/** Looks until the gateway answers, refuses, or the patience is over. `ended` says that it never will. */
export async function awaitGateway(
  session: Session,
  patienceMs: number,
  ended: () => boolean = () => false,
): Promise<Reached> {
  const { clock } = session;
  const began = clock.monotonic();
  for (;;) {
    const reached = await lookAtGateway(session);
    if (reached.ok || (reached.refused && !reached.passing) || ended()) return reached;
    if (clock.monotonic() - began >= patienceMs) return reached;
    await pause(clock, LOOK_PAUSE_MS);
  }
}

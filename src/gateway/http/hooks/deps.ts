import type { AgentPart } from "../../../agent/index.ts";
import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { Repositories } from "../../../store/index.ts";
import type { HookGate } from "../../auth/index.ts";
import type { AgentDelivery } from "../../channels/agent-delivery.ts";
import type { SystemEvents } from "../../state/system-events.ts";
import type { TurnBroadcast } from "../../turns/turn-broadcast.ts";

/** What hooks are answered with. */
export interface HookDeps {
  readonly agent: AgentPart;
  readonly turns: TurnBroadcast;
  readonly store: Pick<Repositories, "runs" | "transcripts">;
  readonly systemEvents: SystemEvents;
  readonly delivery: AgentDelivery;
  /** Whether an account of this channel can send. */
  readonly hasChannel: (channel: string) => boolean;
  /** The configuration in force. */
  readonly config: () => OpenClawConfig;
  /** Who counts those that come with a wrong token; made for the first hook. */
  readonly newGate: () => HookGate;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

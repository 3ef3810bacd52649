import type { AgentPart } from "../../agent/index.ts";
import type { Deliveries } from "../../channels/index.ts";
import type { Logger } from "../../lib/logger.ts";
import type { RestartSentinel, RestartSentinels } from "../state/restart-sentinel.ts";
import type { SystemEvents } from "../state/system-events.ts";
import type { Injector } from "../turns/saying/injector.ts";
import { type SessionTarget, SessionTargets } from "../turns/target.ts";
import type { AgentDelivery } from "./agent-delivery.ts";
import { RESTART_NOTICE_PATIENCE_MS } from "./limits.ts";

export interface RestartNoticeDeps {
  readonly sentinels: RestartSentinels;
  readonly agent: Pick<AgentPart, "roster" | "sessions">;
  readonly injector: Pick<Injector, "inject">;
  readonly systemEvents: Pick<SystemEvents, "add">;
  readonly delivery: Pick<AgentDelivery, "destination">;
  readonly deliveries: Pick<Deliveries, "deliver">;
  readonly log: Logger;
}

/** Says after a restart what the gateway before was asked to have said: in the session, and in the chat it is held in. */
export class RestartNotice {
  constructor(private readonly deps: RestartNoticeDeps) {}

  /** Never rejects; what is left to say is said once. */
  async tell(): Promise<void> {
    const { sentinels, log } = this.deps;
    const sentinel = await sentinels.found();
    if (!sentinel) return;
    try {
      const target = this.target(sentinel);
      await this.tellChat(sentinel, target);
      // Before the words in the session: said twice after a crash would be worse there than not at all.
      await sentinels.settle();
      await this.tellSession(target, textOf(sentinel));
    } catch (error) {
      log.warn("a session could not be told of the restart", { session: sentinel.sessionKey, error });
      await sentinels.settle().catch((cause: unknown) => log.warn("the note stays", { error: cause }));
    }
  }

  private target({ sessionKey }: RestartSentinel): SessionTarget {
    return new SessionTargets(this.deps.agent).find(sessionKey ?? "main");
  }

  private async tellSession({ key }: SessionTarget, text: string): Promise<void> {
    const { agent, injector, systemEvents } = this.deps;
    const record = await agent.sessions.get(key);
    if (record) await injector.inject(record, text);
    else systemEvents.add(text, key);
  }

  /** A session that is held in no chat is told where its clients look. */
  private async tellChat(sentinel: RestartSentinel, { key }: SessionTarget): Promise<void> {
    const { agent, delivery, deliveries, log } = this.deps;
    const { channel, to, accountId, threadId } = sentinel.deliveryContext ?? {};
    const route = (await agent.sessions.get(key))?.entry.lastRoute;
    if (channel === undefined && route?.to === undefined) return;
    try {
      const destination = await delivery.destination({ channel, to, accountId, threadId }, key);
      await deliveries.deliver(
        {
          channel: destination.channel,
          accountId: destination.accountId,
          target: destination.target,
          origin: "notice",
          sessionKey: key,
          idempotency: { scope: "restart", key: String(sentinel.ts) },
          content: { kind: "message", message: { text: textOf(sentinel) } },
        },
        RESTART_NOTICE_PATIENCE_MS,
      );
    } catch (error) {
      log.warn("a chat could not be told of the restart", { channel: channel ?? route?.channel, error });
    }
  }
}

function textOf({ kind, message }: RestartSentinel): string {
  const said = message?.trim() ?? "";
  return `Gateway restarted (${kind.replace("-", ".")}).${said === "" ? "" : ` ${said}`}`;
}

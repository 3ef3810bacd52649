import type { Roster, Sessions } from "../../agent/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { HealthSnapshot } from "../../protocol/index.ts";
import { HEALTH_RECENT_SESSIONS } from "../limits.ts";

type SessionsHealth = NonNullable<HealthSnapshot["sessions"]>;

export interface SessionCensusDeps {
  readonly sessions: Pick<Sessions, "list">;
  readonly roster: Roster;
  /** Where the sessions are stored, for people. */
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How many sessions there are, as last counted; counting reads the store, and whoever asks for health does not wait. */
export class SessionCensus {
  private all: SessionsHealth;
  private byAgent = new Map<string, SessionsHealth>();

  constructor(private readonly deps: SessionCensusDeps) {
    this.all = this.none();
  }

  /** The sessions of one agent, or of all. */
  of(agentId?: string): SessionsHealth {
    return agentId === undefined ? this.all : (this.byAgent.get(agentId) ?? this.none());
  }

  /** Counts anew; a store that cannot be read leaves the last count. */
  async take(): Promise<void> {
    try {
      const counted = new Map<string, SessionsHealth>();
      for (const { id } of this.deps.roster.list()) counted.set(id, await this.count(id));
      this.all = await this.count();
      this.byAgent = counted;
    } catch (error) {
      this.deps.log.warn("sessions could not be counted", { error });
    }
  }

  private async count(agentId?: string): Promise<SessionsHealth> {
    const { sessions, clock, path } = this.deps;
    const { rows, total } = await sessions.list({
      ...(agentId !== undefined && { agentId }),
      limit: HEALTH_RECENT_SESSIONS,
    });
    const now = clock.now();
    const recent = rows.map(({ key, updatedAt }) => ({
      key,
      updatedAt,
      age: Math.max(0, now - updatedAt),
    }));
    return { path, count: total, recent };
  }

  private none(): SessionsHealth {
    return { path: this.deps.path, count: 0, recent: [] };
  }
}

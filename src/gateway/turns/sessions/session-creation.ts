import type { AgentPart } from "../../../agent/index.ts";
import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import {
  invalidRequest,
  type ParamsOf,
  ProtocolError,
  type RunId,
  type sessions,
} from "../../../protocol/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import type { Client } from "../../method.ts";
import { attachmentLimit, attachmentsOf } from "../saying/attachments.ts";
import { senderOf } from "../client-sender.ts";
import { typed } from "../saying/incoming.ts";
import type { ModelFacts } from "./model-facts.ts";
import { sendAnswer } from "../saying/send-answer.ts";
import { entryOf } from "./session-entry.ts";
import type { SessionPatches } from "./session-patch.ts";
import type { SessionTarget, SessionTargets } from "../target.ts";
import type { TurnBroadcast } from "../turn-broadcast.ts";
import type { TurnRequests } from "../saying/turn-requests.ts";

type CreateParams = ParamsOf<typeof sessions.create>;

export interface SessionCreationDeps {
  readonly agent: Pick<AgentPart, "roster" | "sessions">;
  readonly targets: SessionTargets;
  readonly requests: TurnRequests;
  readonly patches: SessionPatches;
  readonly models: ModelFacts;
  readonly turns: TurnBroadcast;
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** What a new session can be asked to have. */
const SUPPORTED: ReadonlySet<string> = new Set([
  "key",
  "idempotencyKey",
  "agentId",
  "label",
  "displayName",
  "model",
  "thinkingLevel",
  "fastMode",
  "parentSessionKey",
  "task",
  "message",
  "attachments",
  "emitCommandHooks",
]);

/** Opens sessions: dashboards, conversations begun by a program. */
export class SessionCreation {
  constructor(private readonly deps: SessionCreationDeps) {}

  /** With a message the session begins with a turn; whether that was taken is told, and does not undo the session. */
  async create(params: CreateParams, client: Client) {
    requireSupported(params);
    const { agent, turns, models, clock } = this.deps;
    const target = this.targetOf(params);
    const parentSessionKey = await this.parentOf(params);
    const { label, model, thinkingLevel, fastMode } = params;
    const known = await agent.sessions.get(target.key);
    const draft = known ?? blank(target, clock.now());
    // Read before anything is written: a session that cannot be as it was asked for is not made.
    const change = await this.deps.patches.read(
      { key: target.key, label, model, thinkingLevel, fastMode },
      draft,
      clock.now(),
    );
    const { record: entered, created } = await agent.sessions.enter({
      ...target,
      createdVia: "operator",
      sender: senderOf(client),
      internal: true,
    });
    const record =
      (await agent.sessions.patch(target.key, {
        ...change,
        ...(params.displayName !== undefined && { displayName: params.displayName }),
        ...(parentSessionKey !== undefined && { parentSessionKey }),
      })) ?? entered;
    turns.sessionChanged(record, { reason: created ? "create" : "patch" });
    return {
      ok: true as const,
      key: target.key,
      sessionId: record.sessionId,
      entry: entryOf(record),
      ...(await this.begin(params, target, client)),
      resolved: await models.resolved(record),
    };
  }

  private targetOf({ key, agentId }: CreateParams): SessionTarget {
    if (agentId !== undefined) this.deps.targets.requireAgent(agentId);
    return this.deps.targets.require(key ?? `dashboard:${this.deps.ids.uuid()}`, agentId);
  }

  private async parentOf({ parentSessionKey, agentId }: CreateParams) {
    if (parentSessionKey === undefined) return undefined;
    const { key } = this.deps.targets.find(parentSessionKey, agentId);
    if (await this.deps.agent.sessions.get(key)) return key;
    throw invalidRequest(`unknown parent session: ${parentSessionKey}`);
  }

  private async begin(params: CreateParams, target: SessionTarget, client: Client) {
    const said = typed(params.message ?? params.task ?? "");
    const hasFiles = (params.attachments ?? []).length > 0;
    if (said.trim() === "" && !hasFiles) return { runStarted: false };
    const runId = (params.idempotencyKey ?? this.deps.ids.uuid()) as RunId;
    try {
      const taken = await this.deps.requests.take({
        kind: "chat",
        runId,
        target,
        message: said,
        attachments: attachmentsOf(params.attachments, attachmentLimit(this.deps.config())),
        sender: senderOf(client),
        mayCommand: true,
      });
      return { ...sendAnswer(taken, runId), ok: true as const, runStarted: true, runId };
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return { runStarted: false, runError: error.toShape() };
    }
  }
}

/** A session that is not there yet, for what is read against one. */
function blank({ key, agentId }: SessionTarget, now: number): SessionRecord {
  return { key, agentId, sessionId: "", createdAt: now, updatedAt: now, entry: {} };
}

function requireSupported(params: CreateParams): void {
  for (const [field, value] of Object.entries(params)) {
    if (SUPPORTED.has(field) || value === undefined || value === false) continue;
    if (field === "visibility" && value === "shared") continue;
    throw invalidRequest(`sessions.create ${field} is not supported by this gateway.`);
  }
}

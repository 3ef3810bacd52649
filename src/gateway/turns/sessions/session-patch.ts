import {
  type AgentPart,
  THINKING_LEVELS,
  type ThinkingLevel,
  UnknownModelError,
} from "../../../agent/index.ts";
import { invalidRequest, type ParamsOf, type sessions } from "../../../protocol/index.ts";
import type { SessionEntryPatch, SessionRecord } from "../../../store/index.ts";
import type { ModelFacts } from "./model-facts.ts";

type PatchParams = ParamsOf<typeof sessions.patch>;

export interface SessionPatchDeps {
  readonly agent: Pick<AgentPart, "models" | "sessions">;
  readonly models: ModelFacts;
}

/** Fields of the protocol that say which session is meant, and in which state. */
const ENVELOPE: ReadonlySet<string> = new Set([
  "key",
  "agentId",
  "expectedSessionId",
  "expectedLifecycleRevision",
  "expectedMarkedUnreadAt",
]);

/** Words a level may be. */
const WORDS = {
  verboseLevel: ["on", "off", "full"],
  reasoningLevel: ["on", "off", "stream"],
  elevatedLevel: ["on", "off", "ask", "full"],
} as const;

/** Reads what `sessions.patch` and `sessions.create` want changed. */
export class SessionPatches {
  constructor(private readonly deps: SessionPatchDeps) {}

  /** What is to be written. @throws ProtocolError naming what cannot be, and what could */
  async read(params: PatchParams, record: SessionRecord, now: number): Promise<SessionEntryPatch> {
    requireSupported(params);
    const model = await this.model(params.model, record.agentId);
    const entry = { ...record.entry, ...withoutNulls(model) };
    return {
      ...model,
      ...(await this.label(params.label, record)),
      ...(await this.thinking(params.thinkingLevel, { ...record, entry })),
      ...this.life(params, record, now),
      ...levelsOf(params),
      ...(params.sendPolicy !== undefined && { sendPolicy: params.sendPolicy }),
      ...(params.groupActivation !== undefined && { groupActivation: params.groupActivation }),
      ...(params.responseUsage !== undefined && {
        responseUsage: params.responseUsage === "on" ? ("tokens" as const) : params.responseUsage,
      }),
      ...(params.fastMode !== undefined && { fastMode: fastModeOf(params.fastMode) }),
    };
  }

  private life(params: PatchParams, record: SessionRecord, now: number): SessionEntryPatch {
    if (params.archived === true && record.key === this.deps.agent.sessions.main(record.agentId)) {
      throw invalidRequest("Cannot archive an agent's main session.");
    }
    return lifeOf(params, record, now);
  }

  /** A name only one session has. @throws ProtocolError */
  async label(
    label: string | null | undefined,
    { key }: Pick<SessionRecord, "key">,
  ): Promise<SessionEntryPatch> {
    if (label === undefined) return {};
    if (label === null) return { label: null };
    const wanted = label.trim();
    if (wanted === "") throw invalidRequest("invalid label: empty");
    const { rows } = await this.deps.agent.sessions.list({ search: wanted });
    if (rows.some((row) => row.key !== key && row.entry.label === wanted)) {
      throw invalidRequest(`label already in use: ${wanted}`);
    }
    return { label: wanted };
  }

  /** @throws ProtocolError */
  async model(text: string | null | undefined, agentId: string): Promise<SessionEntryPatch> {
    if (text === undefined) return {};
    if (text === null) {
      return {
        providerOverride: null,
        modelOverride: null,
        modelOverrideSource: "default",
        authProfileOverride: null,
        authProfileOverrideSource: null,
      };
    }
    if (text.trim() === "") throw invalidRequest("invalid model: empty");
    try {
      const { provider, model, profileId } = await this.deps.agent.models.resolve(text.trim(), agentId);
      return {
        providerOverride: provider,
        modelOverride: model,
        modelOverrideSource: "user",
        authProfileOverride: profileId ?? null,
        authProfileOverrideSource: profileId === undefined ? null : "user",
      };
    } catch (error) {
      if (error instanceof UnknownModelError) throw invalidRequest(error.message);
      throw error;
    }
  }

  /** A level the session's model has. @throws ProtocolError with those there are */
  async thinking(
    text: string | null | undefined,
    record: Pick<SessionRecord, "agentId" | "entry">,
  ): Promise<SessionEntryPatch> {
    if (text === undefined) return {};
    if (text === null) return { thinkingLevel: null };
    const info = await this.deps.models.ofSession(record);
    const levels = info?.thinkingLevels ?? THINKING_LEVELS;
    const level = THINKING_LEVELS.find((one) => one === text.trim().toLowerCase());
    if (level === undefined) throw invalidRequest(`invalid thinkingLevel (use ${levels.join("|")})`);
    if (info && !levels.includes(level)) throw invalidRequest(unsupported(level, info));
    return { thinkingLevel: level };
  }
}

function unsupported(
  level: ThinkingLevel,
  info: { provider: string; model: string; thinkingLevels: readonly string[] },
): string {
  const { provider, model, thinkingLevels } = info;
  return `thinkingLevel "${level}" is not supported for ${provider}/${model} (use ${thinkingLevels.join("|")})`;
}

/** Archive, pin and unread marks. */
function lifeOf(params: PatchParams, { entry }: SessionRecord, now: number): SessionEntryPatch {
  const patch: { -readonly [K in keyof SessionEntryPatch]: SessionEntryPatch[K] } = {};
  if (params.archived === true) {
    patch.archivedAt = entry.archivedAt ?? now;
    patch.pinnedAt = null;
  } else if (params.archived === false) {
    patch.archivedAt = null;
  }
  const isArchived = params.archived ?? entry.archivedAt !== undefined;
  if (params.pinned === true) {
    if (isArchived) throw invalidRequest("cannot pin an archived session; restore it first");
    if (entry.spawnedBy !== undefined) {
      throw invalidRequest("cannot pin a child session; pin its parent session instead");
    }
    patch.pinnedAt = entry.pinnedAt ?? now;
  } else if (params.pinned === false) {
    patch.pinnedAt = null;
  }
  const { expectedMarkedUnreadAt: expected } = params;
  const isAsSeen = expected === undefined || expected === (entry.markedUnreadAt ?? null);
  if (params.unread === true && isAsSeen) {
    patch.markedUnreadAt = Math.max(now, (entry.markedUnreadAt ?? 0) + 1);
  } else if (params.unread === false && isAsSeen) {
    patch.lastReadAt = now;
    patch.markedUnreadAt = null;
  }
  return patch;
}

function levelsOf(params: PatchParams): SessionEntryPatch {
  const { verboseLevel, reasoningLevel, elevatedLevel } = params;
  return {
    ...wordOf("verboseLevel", verboseLevel),
    ...wordOf("reasoningLevel", reasoningLevel),
    ...wordOf("elevatedLevel", elevatedLevel),
  };
}

function wordOf(field: keyof typeof WORDS, value: string | null | undefined): SessionEntryPatch {
  if (value === undefined) return {};
  if (value === null) return { [field]: null };
  const words: readonly string[] = WORDS[field];
  const word = value.trim().toLowerCase();
  if (words.includes(word)) return { [field]: word };
  throw invalidRequest(`invalid ${field} (use ${words.map((one) => `"${one}"`).join("|")})`);
}

function fastModeOf(mode: boolean | "auto" | null): string | null {
  if (mode === null || mode === "auto") return mode;
  return mode ? "on" : "off";
}

const SUPPORTED: ReadonlySet<string> = new Set([
  ...ENVELOPE,
  ...Object.keys(WORDS),
  "label",
  "model",
  "thinkingLevel",
  "archived",
  "pinned",
  "unread",
  "sendPolicy",
  "groupActivation",
  "responseUsage",
  "fastMode",
]);

/** What sessions here do not have can be cleared, but not set. @throws ProtocolError */
function requireSupported(params: PatchParams): void {
  if ((params.execSecurity ?? params.execAsk ?? null) !== null) {
    throw invalidRequest("execSecurity/execAsk are retired; use /exec for this run only.");
  }
  for (const [field, value] of Object.entries(params)) {
    if (SUPPORTED.has(field) || value === null || value === undefined) continue;
    throw invalidRequest(`sessions.patch ${field} is not supported by this gateway.`);
  }
}

function withoutNulls(patch: SessionEntryPatch): SessionRecord["entry"] {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== null));
}

import type { AgentPart } from "../../../agent/index.ts";
import { invalidRequest, type ParamsOf, type ResultOf, type sessions } from "../../../protocol/index.ts";
import type { SessionRecord } from "../../../store/index.ts";
import { MAX_CANDIDATES } from "../limits.ts";
import type { SessionTargets } from "../target.ts";

type ResolveParams = ParamsOf<typeof sessions.resolve>;
type Resolved = ResultOf<typeof sessions.resolve>;

/** The start of a session id, with or without its dashes. */
const SHORT_ID = /^[0-9a-f-]{8,36}$/i;

/** Finds a session by what people call it. */
export class SessionSearch {
  constructor(
    private readonly agent: Pick<AgentPart, "sessions">,
    private readonly targets: SessionTargets,
  ) {}

  /** @throws ProtocolError when it is not there, or not the only one, unless missing ones are allowed */
  async resolve(params: ResolveParams): Promise<Resolved> {
    const { key, sessionId, label, shortId } = params;
    if (params.slugHint !== undefined && shortId === undefined) {
      throw invalidRequest("slugHint requires shortId");
    }
    const names = [key, sessionId, label, shortId].filter((name) => name !== undefined);
    if (names.length > 1) {
      throw invalidRequest("Provide either key, sessionId, label, shortId, or reference (not multiple)");
    }
    if (key !== undefined) return this.one(await this.byKey(key, params), `No session found: ${key}`, params);
    if (sessionId !== undefined) {
      const found = await this.agent.sessions.bySessionId(sessionId);
      return this.one(found, `No session found: ${sessionId}`, params);
    }
    if (label !== undefined) return this.byLabel(label, params);
    if (shortId !== undefined) return this.byShortId(shortId, params);
    throw invalidRequest("Either key, sessionId, label, shortId, or reference is required");
  }

  private byKey(key: string, { agentId }: ResolveParams): Promise<SessionRecord | undefined> {
    return this.agent.sessions.get(this.targets.find(key, agentId).key);
  }

  private async byLabel(label: string, params: ResolveParams): Promise<Resolved> {
    const { rows } = await this.agent.sessions.list({ search: label, ...agentOf(params) });
    const found = rows.filter(({ entry }) => entry.label === label);
    if (found.length > 1) {
      const keys = found.map(({ key }) => key).join(", ");
      throw invalidRequest(`Multiple sessions found with label: ${label} (${keys})`);
    }
    return this.one(found[0], `No session found with label: ${label}`, params);
  }

  private async byShortId(shortId: string, params: ResolveParams): Promise<Resolved> {
    if (!SHORT_ID.test(shortId)) throw invalidRequest("shortId must be 8-32 hexadecimal characters");
    const wanted = bare(shortId);
    const { rows } = await this.agent.sessions.list(agentOf(params));
    const found = rows.filter(({ sessionId }) => bare(sessionId).startsWith(wanted));
    if (found.length <= 1) return this.one(found[0], `No session found: ${shortId}`, params);
    return { ok: false, candidates: found.slice(0, MAX_CANDIDATES).map(referenceTo) };
  }

  private one(record: SessionRecord | undefined, missing: string, params: ResolveParams): Resolved {
    if (record) return { ok: true, ...referenceTo(record) };
    if (params.allowMissing === true) return { ok: false };
    throw invalidRequest(missing);
  }
}

function agentOf({ agentId }: ResolveParams) {
  return agentId === undefined ? {} : { agentId: agentId.toLowerCase() };
}

function bare(id: string): string {
  return id.replaceAll("-", "").toLowerCase();
}

function referenceTo({ key, agentId, entry }: SessionRecord) {
  const displayName = entry.displayName ?? entry.label;
  return { key: String(key), agentId, ...(displayName !== undefined && { displayName }) };
}

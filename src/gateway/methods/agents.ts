import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  AgentIdentities,
  type AgentProfile,
  type ConfiguredRoster,
  FileConflictError,
  type FileFacts,
  type ModelInfo,
  type ModelRef,
  type Models,
  type Prompts,
  RosterError,
  type RosterEditor,
  type Runs,
  type Sender,
  type Sessions,
  type Tools,
  UnknownFileError,
  UnsafeFileError,
  WorkspaceFiles,
} from "../../agent/index.ts";
import { ConfigError } from "../../config/index.ts";
import { type Clock, pause } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { agents as spec, type AgentSummary, invalidRequest, unavailable } from "../../protocol/index.ts";
import { type BoundMethod, type Frozen, handle } from "../method.ts";

export interface AgentHandlerDeps {
  readonly roster: ConfiguredRoster;
  readonly editor: RosterEditor;
  readonly prompts: Prompts;
  readonly tools: Tools;
  readonly models: Models;
  readonly sessions: Sessions;
  readonly runs: Pick<Runs, "active" | "abort">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A changed configuration is in force a moment after it was written; longer means that it is not taken. */
const IN_FORCE_WAIT_MS = 2_000;
const IN_FORCE_POLL_MS = 5;

/** Sessions of a removed agent that are put away at a time. */
const SESSION_PAGE = 200;

const OK = { ok: true } as const;

/** For whom a prompt is shown: the operator, by whatever client. */
const OPERATOR: Sender = {
  id: "gateway-owner",
  isOwner: true,
  isAuthorized: true,
  isAdmin: true,
  channel: "webchat",
  client: { id: "cli", mode: "cli" },
};

/** The `agents.*` methods and `agent.identity.get`. */
export function agentHandlers(deps: AgentHandlerDeps): BoundMethod[] {
  const { roster, editor, prompts, tools, models, sessions, log } = deps;
  const identities = new AgentIdentities(roster);
  const files = new WorkspaceFiles();
  const known = (agentId: string): AgentProfile => {
    if (!roster.has(agentId)) throw invalidRequest(`unknown agent id "${agentId}"`);
    return roster.get(agentId);
  };
  return [
    handle(spec.list, async () => ({
      defaultId: roster.defaultId,
      ownership: roster.ownership,
      selectionRequired: roster.selectionRequired,
      mainKey: "main",
      scope: "per-sender" as const,
      agents: await Promise.all(roster.list().map((agent) => summaryOf(agent, models))),
    })),
    handle(spec.create, async ({ name, workspace, model, ...identity }) => {
      const created = await attempt(editor.create(name, { workspace, model, identity }));
      await inForce(deps, () => roster.has(created.agentId));
      return { ...OK, ...created };
    }),
    handle(spec.update, async ({ agentId, name, workspace, model, ...identity }) => {
      await attempt(editor.update(agentId, { name, workspace, model, identity }));
      return { ...OK, agentId };
    }),
    handle(spec.remove, async ({ agentId, deleteFiles = true }) => {
      const { removedBindings, removed, failed } = await attempt(editor.remove(agentId, { deleteFiles }));
      await inForce(deps, () => !roster.has(agentId));
      const purgeFailed = !(await putAway(deps, agentId));
      for (const { path, to } of removed)
        if (to !== undefined) log.info("folder moved to the trash", { path, to });
      return {
        ...OK,
        agentId,
        removedBindings,
        ...(deleteFiles && { removed: removed.map(({ path, method }) => ({ path, method })), failed }),
        ...(purgeFailed && { purgeFailed }),
      };
    }),
    handle(spec.filesList, async ({ agentId }) => {
      const { workspace } = known(agentId);
      return { agentId, workspace, files: await files.list(workspace) };
    }),
    handle(spec.filesGet, async ({ agentId, name }) => {
      const { workspace } = known(agentId);
      return { agentId, workspace, file: await attempt(files.get(workspace, name)) };
    }),
    handle(spec.filesSet, async ({ agentId, name, content, expectedHash }) => {
      const { workspace } = known(agentId);
      const file: FileFacts = await attempt(files.set(workspace, name, content, expectedHash));
      return { ...OK, agentId, workspace, file };
    }),
    handle(spec.identityGet, ({ agentId, sessionKey }) => {
      const id = agentId ?? ownerOf(sessions, sessionKey) ?? roster.defaultId;
      return identities.of(known(id).id);
    }),
    handle(spec.prompt, async ({ agentId = roster.defaultId, sessionKey, group = false }) => {
      known(agentId);
      const key = sessionKey === undefined ? sessions.main(agentId) : sessions.canonical(sessionKey, agentId);
      const entry = (await sessions.get(key))?.entry;
      const model = refText((await models.plan({ agentId, entry })).candidates[0]);
      const offered = tools.effective({ agentId, sessionKey: key, sender: OPERATOR, model });
      const input = {
        agentId,
        sessionKey: key,
        sender: OPERATOR,
        tools: offered,
        model,
        mode: "full" as const,
        isGroup: group,
        isFirstTurn: entry?.systemSent !== true,
      };
      const [{ sections }, report] = await Promise.all([prompts.build(input), prompts.report(input)]);
      return {
        ...report,
        agentId,
        model,
        sections: sections.map((section) => ({ ...section, chars: section.text.length })),
        tools: report.tools.map(({ name, chars }) => {
          const tool = offered.find((one) => one.name === name);
          return { name, chars, description: tool?.description ?? "", parameters: { ...tool?.parameters } };
        }),
      };
    }),
  ];
}

async function summaryOf(agent: AgentProfile, models: Models): Promise<Frozen<AgentSummary>> {
  const { id, name, identity, workspace } = agent;
  const shown = Object.fromEntries(Object.entries(identity).filter(([, value]) => value !== ""));
  return {
    id,
    ...(name && { name }),
    ...(Object.keys(shown).length > 0 && { identity: shown }),
    workspace,
    workspaceGit: existsSync(join(workspace, ".git")),
    agentRuntime: {
      id: "openclaw",
      cloudPlacementSupported: false,
      devicePlacementSupported: false,
      source: "implicit",
    },
    ...(await modelFacts(id, models)),
  };
}

/** The model an agent answers with; nothing when none can be used, which clients show as "connect one". */
async function modelFacts(agentId: string, models: Models): Promise<Partial<Frozen<AgentSummary>>> {
  let found: { readonly refs: readonly ModelRef[]; readonly info: ModelInfo };
  try {
    const { candidates } = await models.plan({ agentId, entry: undefined });
    found = { refs: candidates, info: await models.info(candidates[0], agentId) };
  } catch {
    // A model that is configured and unknown is told of when somebody talks to the agent.
    return {};
  }
  const [primary, ...fallbacks] = found.refs.map(refText);
  const { thinkingLevels, thinkingDefault } = found.info;
  return {
    model: { primary, ...(fallbacks.length > 0 && { fallbacks }) },
    thinkingLevels: thinkingLevels.map((level) => ({ id: level, label: level })),
    thinkingOptions: thinkingLevels,
    thinkingDefault,
  };
}

function refText({ provider, model }: ModelRef): string {
  return `${provider}/${model}`;
}

/** The agent of a session key, if it names one. */
function ownerOf(sessions: Sessions, sessionKey: string | undefined): string | undefined {
  return sessionKey?.trim() ? sessions.agentOf(sessions.canonical(sessionKey)) : undefined;
}

/** Waits until the change is in force, so that whoever reads next reads it. Gives up in silence: some modes never take it. */
async function inForce({ clock }: AgentHandlerDeps, taken: () => boolean): Promise<void> {
  const deadline = clock.monotonic() + IN_FORCE_WAIT_MS;
  while (!taken() && clock.monotonic() < deadline) await pause(clock, IN_FORCE_POLL_MS);
}

/** Ends what an agent is doing and archives its sessions; their transcripts stay. False when some could not be. */
async function putAway({ sessions, runs, clock, log }: AgentHandlerDeps, agentId: string): Promise<boolean> {
  try {
    const busy = new Set(
      runs
        .active()
        .filter((run) => run.agentId === agentId)
        .map((run) => run.sessionKey),
    );
    for (const key of busy) await runs.abort(key, { reason: "agent deleted", clearQueue: true });
    while (true) {
      const { rows } = await sessions.list({ agentId, archived: false, limit: SESSION_PAGE });
      if (rows.length === 0) return true;
      for (const { key } of rows) await sessions.patch(key, { archivedAt: clock.now() });
    }
  } catch (error) {
    log.error("sessions of a removed agent could not be put away", { agentId, error });
    return false;
  }
}

async function attempt<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw asProtocolError(error);
  }
}

function asProtocolError(error: unknown): unknown {
  if (error instanceof FileConflictError) {
    const { file: name, currentHash } = error;
    return invalidRequest(error.message, {
      type: "agent_file_conflict",
      name,
      ...(currentHash !== undefined && { currentHash }),
    });
  }
  if (error instanceof RosterError || error instanceof UnknownFileError || error instanceof UnsafeFileError) {
    return invalidRequest(error.message);
  }
  if (!(error instanceof ConfigError)) return error;
  if (error.code === "busy" || error.code === "io") {
    return unavailable(error.message, { retryable: error.code === "busy" });
  }
  return invalidRequest(error.message, error.details);
}

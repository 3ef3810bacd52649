import { isObject, valueAt, withValue } from "../../../config/index.ts";
import { configFailure, openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import { type ModelsAccess, type ProbeOutcome, withModels } from "../../models/access.ts";
import { agentModule } from "../../models/agent.ts";
import { setPrimary } from "../../models/edits.ts";
import { roomFor } from "../../models/local.ts";
import type { Session } from "../../session.ts";
import { editConfig } from "../edit.ts";
import { HERE } from "../here.ts";
import { MODEL_TRIAL_MS } from "../limits.ts";
import { credentialStore } from "./credential-store.ts";

/** A credential as a running gateway would be told of it. */
export type NewCredential = Parameters<ModelsAccess["store"]>[0];

/** A way to a model that nothing is written of yet. */
export interface Candidate {
  /** Its id in scripts. */
  readonly choice: string;
  readonly provider: string;
  /** In the provider's words; absent for the provider's usual one. */
  readonly model?: string;
  readonly credential?: NewCredential;
  /** Laid over `models.providers.<provider>`. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** A candidate that was asked and has answered; its model is known. */
export interface TriedCandidate extends Candidate {
  readonly model: string;
  readonly latencyMs?: number;
}

/** What came of a trial. */
export type Trial =
  | { readonly ok: true; readonly candidate: TriedCandidate }
  | { readonly ok: false; readonly status: ProbeOutcome["status"]; readonly reason: string };

/** Asks the model for one word, as the gateway would once it is all written down. Writes nothing. @throws CliError */
export async function tryCandidate(session: Session, candidate: Candidate): Promise<Trial> {
  const { SOLE_AGENT_ID } = await agentModule();
  const room = await candidateRoom(session, candidate);
  const profileId = await storeIn(room.signIns, candidate.credential);
  const { provider, model } = candidate;
  const outcome = await room.probe({
    provider,
    agentId: SOLE_AGENT_ID,
    timeoutMs: MODEL_TRIAL_MS,
    ...(model !== undefined && { model }),
    ...(profileId !== undefined && { profileId }),
  });
  if (outcome.status !== "ok" || outcome.model === undefined)
    return { ok: false, status: outcome.status, reason: outcome.error ?? "no model answered" };
  const tried = { ...candidate, model: outcome.model };
  const { latencyMs } = outcome;
  return { ok: true, candidate: { ...tried, ...(latencyMs !== undefined && { latencyMs }) } };
}

/** The models a candidate could be, the provider's usual one first; empty when it tells none. */
export async function modelsOf(session: Session, candidate: Candidate): Promise<readonly string[]> {
  const { SOLE_AGENT_ID, knownProvider } = await agentModule();
  const room = await candidateRoom(session, candidate);
  const listed = await room.list({
    view: "all",
    agentId: SOLE_AGENT_ID,
    provider: candidate.provider,
    refresh: true,
  });
  const usual = knownProvider(candidate.provider)?.defaultModel;
  const names = listed.map(({ model }) => model);
  return [...new Set(usual !== undefined && names.includes(usual) ? [usual, ...names] : names)];
}

/** Writes it down: the credential into the gateway's database, the rest into the configuration. @throws CliError */
export async function keepCandidate(
  session: Session,
  candidate: TriedCandidate,
  options: { readonly makeDefault: boolean },
): Promise<void> {
  const { credential } = candidate;
  if (credential !== undefined)
    await withModels(session, HERE, "operator.admin", (models) => models.store(credential));
  const { sameRef, parseRef } = await agentModule();
  const same = (a: string, b: string): boolean => {
    const [left, right] = [parseRef(a), parseRef(b)];
    return left === undefined || right === undefined ? a === b : sameRef(left, right);
  };
  await editConfig(session, (config) => {
    const next = withSettings(config, candidate);
    const name = `${candidate.provider}/${candidate.model}`;
    const now = valueAt(next, ["agents", "defaults", "model"]);
    const primary = isObject(now) ? now["primary"] : now;
    if (!options.makeDefault || (typeof primary === "string" && same(primary, name))) return next;
    return setPrimary(next, "model", name, same);
  });
}

/** The configuration with what the candidate says of its provider. */
function withSettings(config: unknown, { provider, settings }: Candidate): unknown {
  if (settings === undefined) return config;
  const path = ["models", "providers", provider];
  const now = valueAt(config, path);
  return withValue(config, path, { ...(isObject(now) && now), ...settings });
}

async function candidateRoom(session: Session, candidate: Candidate) {
  try {
    const { snapshot } = await openConfig(session).preview((config) => withSettings(config, candidate));
    return await roomFor(session, snapshot, credentialStore());
  } catch (error) {
    throw configFailure(error);
  }
}

async function storeIn(
  signIns: Awaited<ReturnType<typeof candidateRoom>>["signIns"],
  credential: NewCredential | undefined,
): Promise<string | undefined> {
  if (credential === undefined) return undefined;
  const { CredentialError } = await agentModule();
  const { provider, profileId, type = "api_key", apiKey, expiresAt } = credential;
  const named = { provider, ...(profileId !== undefined && { profileId }) };
  try {
    return type === "oauth"
      ? await signIns.save({ ...named, type, credential: credential.credential ?? {} })
      : await signIns.setKey({
          ...named,
          type,
          key: apiKey ?? "",
          ...(expiresAt !== undefined && { expiresAt }),
        });
  } catch (error) {
    if (!(error instanceof CredentialError)) throw error;
    throw new CliError(`That cannot be used: ${error.message}.`, { cause: error });
  }
}

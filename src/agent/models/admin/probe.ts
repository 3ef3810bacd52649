import type { Clock } from "../../../lib/clock.ts";
import type { ModelCalls } from "../call/calls.ts";
import { type Catalogue, knownProvider } from "../catalog/index.ts";
import { choiceOfProvider } from "../choice/automatic.ts";
import type { Credential, CredentialPool } from "../credentials/index.ts";
import { PROBE_TIMEOUT_MS } from "../limits.ts";
import type { FailureKind, ModelRef } from "../model.ts";

/** How a probe went, in the words of the protocol. */
export type ProbeStatus =
  "ok" | "auth" | "rate_limit" | "billing" | "timeout" | "format" | "unknown" | "no_model";

export interface ProbeTarget {
  readonly profileId?: string;
  /** What was asked with, for people. */
  readonly label: string;
  readonly status: ProbeStatus;
  readonly latencyMs?: number;
  readonly error?: string;
}

export interface ProbeResult {
  readonly provider: string;
  readonly model?: string;
  /** `ok` when one credential works. */
  readonly status: ProbeStatus;
  readonly latencyMs?: number;
  readonly error?: string;
  readonly results: readonly ProbeTarget[];
}

export interface ProbeRequest {
  readonly provider: string;
  /** Its default model unless told. */
  readonly model?: string;
  /** Only this credential. */
  readonly profileId?: string;
  readonly timeoutMs?: number;
  readonly agentId: string;
}

export interface ProbeDeps {
  readonly catalogue: Catalogue;
  readonly pool: CredentialPool;
  readonly calls: ModelCalls;
  readonly clock: Clock;
}

/** Asks a model for one word with each credential of its provider, one after the other. Never throws. */
export async function probe(deps: ProbeDeps, request: ProbeRequest): Promise<ProbeResult> {
  const { provider, profileId } = request;
  const ref = await probedModel(deps, request);
  if (ref === undefined) {
    return { provider, status: "no_model", error: `no model of ${provider} is known to ask`, results: [] };
  }
  const all = await deps.pool.all(provider);
  const wanted = profileId === undefined ? all : all.filter((one) => one.profileId === profileId);
  const targets = wanted.length > 0 || profileId !== undefined ? wanted : [undefined];
  const results: ProbeTarget[] = [];
  for (const credential of targets) results.push(await probeOne(deps, ref, credential, request));
  const best = results.find((result) => result.status === "ok") ?? results[0];
  if (best === undefined) {
    return {
      provider,
      model: ref.model,
      status: "auth",
      error: `there is no credential ${profileId ?? ""}`,
      results,
    };
  }
  const { status, latencyMs, error } = best;
  return {
    provider,
    model: ref.model,
    status,
    results,
    ...(latencyMs !== undefined && { latencyMs }),
    ...(error !== undefined && { error }),
  };
}

async function probedModel(
  { catalogue }: ProbeDeps,
  { provider, model }: ProbeRequest,
): Promise<ModelRef | undefined> {
  if (model !== undefined) return { provider, model };
  const chosen = choiceOfProvider(catalogue, provider);
  if (chosen !== undefined) return chosen;
  const [first] = await catalogue.models(provider);
  return first && { provider, model: first.id };
}

async function probeOne(
  { calls, clock }: ProbeDeps,
  ref: ModelRef,
  credential: Credential | undefined,
  { timeoutMs = PROBE_TIMEOUT_MS, agentId }: ProbeRequest,
): Promise<ProbeTarget> {
  const started = clock.monotonic();
  const failure = await calls.probe(ref, credential, { timeoutMs, agentId });
  const latencyMs = Math.round(clock.monotonic() - started);
  const label = credential?.source ?? knownProvider(ref.provider)?.name ?? ref.provider;
  const named = { label, latencyMs, ...(credential && { profileId: credential.profileId }) };
  if (failure === undefined) return { ...named, status: "ok" };
  return { ...named, status: statusOf(failure.kind), error: failure.message };
}

function statusOf(kind: FailureKind): ProbeStatus {
  switch (kind) {
    case "auth":
    case "rate_limit":
    case "billing":
    case "timeout":
    case "format":
      return kind;
    case "overloaded":
    case "server":
    case "network":
    case "refusal":
    case "context_overflow":
    case "unknown":
      return "unknown";
  }
}

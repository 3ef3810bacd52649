import { AssistantMessageEventStream } from "@earendil-works/pi-ai/utils/event-stream";
import type { ProviderStreams } from "@earendil-works/pi-ai";
import type { OpenClawConfig } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Egress } from "../../../lib/egress/index.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { AuthProfileState } from "../../../store/index.ts";
import { type Catalogue, isOpenServer, isUnread, knownProvider } from "../catalog/index.ts";
import { requestTimeoutMs } from "../choice/configured.ts";
import { modelParams } from "../choice/params.ts";
import { formatRef } from "../choice/ref.ts";
import {
  countsAgainstCredential,
  type Credential,
  type CredentialPool,
  type Standing,
} from "../credentials/index.ts";
import { BUILTIN_PROVIDER } from "../guide/model.ts";
import { FAILURE_KINDS, type ModelCall, type ModelFailure, type ModelRef } from "../model.ts";
import { loadApi } from "./api-modules.ts";
import { type Attempt, attempt, type AttemptOutcome } from "./attempt.ts";
import type { FailureMemory } from "./failure-memory.ts";
import { type Fault, failureOfFault } from "./fault.ts";
import { placeholderModel, Relay } from "./relay.ts";
import { pauseBefore } from "./retry.ts";
import { probeCall, Turn } from "./turn.ts";

export interface CallDeps {
  readonly catalogue: Catalogue;
  readonly pool: CredentialPool;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly log: Logger;
  readonly config: () => OpenClawConfig;
  readonly variables: () => Readonly<Record<string, string>>;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  readonly failures: FailureMemory;
  /** The built-in model, loaded at first use. */
  readonly guide: () => Promise<ProviderStreams>;
}

/** How many credentials of one provider a turn tries: the one chosen and one more. */
const CREDENTIALS_PER_MODEL = 2;

/** Makes model calls: retries, another credential, the next model, until one answers or nobody is left. */
export class ModelCalls {
  readonly #deps: CallDeps;

  constructor(deps: CallDeps) {
    this.#deps = deps;
  }

  stream(call: ModelCall): AssistantMessageEventStream {
    const out = new AssistantMessageEventStream();
    const relay = new Relay(out, () => this.#deps.clock.now());
    void this.#run(new Turn(call, relay)).catch((error: unknown) => {
      this.#deps.log.error("a model call failed unexpectedly", { error });
      relay.fail(
        placeholderModel(call.plan.candidates[0]),
        "the model call failed inside the gateway; see its log",
      );
    });
    return out;
  }

  /** One tiny request with one credential; undefined when it was answered. Never throws. */
  async probe(
    ref: ModelRef,
    credential: Credential | undefined,
    { timeoutMs, agentId }: { readonly timeoutMs: number; readonly agentId: string },
  ): Promise<ModelFailure | undefined> {
    const { clock, pool } = this.#deps;
    const relay = new Relay(new AssistantMessageEventStream(), () => clock.now());
    const turn = new Turn(await probeCall(ref, agentId, clock.now()), relay);
    const prepared = await this.#prepare(turn, ref);
    if ("kind" in prepared) return this.#spoken(prepared);
    if (
      credential === undefined &&
      ref.provider !== BUILTIN_PROVIDER &&
      !(await this.#isOpen(ref, prepared.model))
    ) {
      return this.#spoken(noCredential(ref, this.#deps.catalogue, await pool.unread(ref.provider)));
    }
    const limit = Math.min(timeoutMs, prepared.timeoutMs > 0 ? prepared.timeoutMs : timeoutMs);
    const outcome = await this.#signedAttempt(turn, {
      ...prepared,
      timeoutMs: limit,
      credential: credential ?? keyless(ref.provider),
    });
    if (typeof outcome === "object") return this.#spoken(outcome);
    if (credential !== undefined) await pool.worked(credential);
    return undefined;
  }

  async #run(turn: Turn): Promise<void> {
    const { signal } = turn.call.options;
    const onAbort = () => turn.relay.abort(turn.model);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      if (signal?.aborted === true) onAbort();
      else await this.#candidates(turn);
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  async #candidates(turn: Turn): Promise<void> {
    const { plan } = turn.call;
    const candidates = plan.strict ? plan.candidates.slice(0, 1) : plan.candidates;
    let worst: Fault | undefined;
    for (const [index, ref] of candidates.entries()) {
      const next = candidates[index + 1];
      const outcome = await this.#candidate(turn, ref, next !== undefined);
      if (typeof outcome === "string") return;
      // That everybody rests is only the answer when nobody was asked.
      if (worst === undefined || worst.coolingDown === true || outcome.coolingDown !== true) worst = outcome;
      if (outcome.reaction === "stop" || next === undefined) break;
      this.#changed(turn, { from: ref, to: next, fault: outcome });
    }
    if (worst !== undefined) this.#fail(turn, worst);
  }

  async #candidate(turn: Turn, ref: ModelRef, hasNext: boolean): Promise<AttemptOutcome> {
    const { pool } = this.#deps;
    const prepared = await this.#prepare(turn, ref);
    if ("kind" in prepared) return prepared;
    turn.model = prepared.model;
    if (ref.provider === BUILTIN_PROVIDER) {
      return this.#attempts(turn, ref, { ...prepared, credential: keyless(ref.provider) }, hasNext);
    }
    const sessionId = turn.call.options.sessionId;
    const pinned = turn.call.plan.profileId;
    const { ready, resting } = await pool.standing(ref.provider, pinned, sessionId);
    const open = ready.length + resting.length === 0 && (await this.#isOpen(ref, prepared.model));
    const usable = open ? [keyless(ref.provider)] : ready.slice(0, CREDENTIALS_PER_MODEL);
    if (usable.length === 0) return this.#noneReady(ref, resting);
    let fault: Fault | undefined;
    for (const [index, credential] of usable.entries()) {
      const more = index + 1 < usable.length;
      const outcome = await this.#attempts(turn, ref, { ...prepared, credential }, more || hasNext);
      if (typeof outcome === "string") return outcome;
      fault = outcome;
      if (fault.reaction === "stop" || fault.reaction === "next") return fault;
      if (more) this.#changed(turn, { from: ref, to: ref, fault });
    }
    return fault ?? this.#noneReady(ref, resting);
  }

  /** A server of one's own is asked without a key, unless it was given one that could not be read. */
  async #isOpen({ provider }: ModelRef, model: Attempt["model"]): Promise<boolean> {
    const { catalogue, pool } = this.#deps;
    return isOpenServer(model, catalogue.provider(provider)) && (await pool.unread(provider)).length === 0;
  }

  async #noneReady(ref: ModelRef, resting: Standing["resting"]): Promise<Fault> {
    const { pool, catalogue, clock } = this.#deps;
    const [first] = resting;
    if (first === undefined) return noCredential(ref, catalogue, await pool.unread(ref.provider));
    return coolingDown(ref, await pool.state(first.credential.profileId), first.until, clock.now());
  }

  /** Everything a request needs besides a credential, or why it cannot be made. */
  async #prepare(turn: Turn, ref: ModelRef): Promise<Omit<Attempt, "credential"> | Fault> {
    const { catalogue, variables, config } = this.#deps;
    try {
      const model = await catalogue.engineModel(ref);
      const streams = ref.provider === BUILTIN_PROVIDER ? await this.#deps.guide() : await loadApi(model.api);
      const provider = catalogue.provider(ref.provider);
      return {
        call: turn.call,
        model,
        streams,
        timeoutMs: (provider?.timeoutSeconds ?? 0) * 1_000 || requestTimeoutMs(config(), turn.call.agentId),
        extras: {
          params: modelParams(config(), turn.call.agentId, ref),
          authHeader: provider?.authHeader ?? provider?.auth === "token",
          sessionHeader: knownProvider(ref.provider)?.sessionHeader,
          variables:
            provider?.region === undefined ? variables() : { ...variables(), AWS_REGION: provider.region },
        },
      };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { kind: "unknown", message, reaction: "next" };
    }
  }

  /** Attempts with one credential until one succeeds or waiting is no use any more. */
  async #attempts(turn: Turn, ref: ModelRef, one: Attempt, alternative: boolean): Promise<AttemptOutcome> {
    const { clock, pool, random } = this.#deps;
    let since: number | undefined;
    for (let attempts = 1; ; attempts++) {
      turn.call.watcher.attempt?.(ref, one.model, one.credential.profileId);
      const fault = await this.#signedAttempt(turn, one);
      if (typeof fault === "string") {
        if (fault === "answered" && one.credential.kind !== "none") {
          await pool.worked(one.credential, turn.call.options.sessionId);
        }
        return fault;
      }
      since ??= clock.monotonic();
      const tries = { attempts, since, now: clock.monotonic(), alternative };
      const pauseMs = pauseBefore(fault, tries, random());
      if (pauseMs === undefined) {
        if (countsAgainstCredential(fault.kind) && one.credential.kind !== "none") {
          await pool.failed(one.credential, fault.kind, fault.revoked === true);
        }
        return fault;
      }
      this.#changed(turn, { from: ref, to: ref, fault, retryInMs: pauseMs });
      await turn.pause(clock, pauseMs);
      if (turn.relay.ended) return "ended";
    }
  }

  async #signedAttempt(turn: Turn, one: Attempt): Promise<AttemptOutcome> {
    const { pool, egress, clock } = this.#deps;
    try {
      const credential = await pool.signIn(one.credential);
      return await attempt({ egress, clock }, { ...one, credential }, turn.relay);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return {
        kind: "auth",
        message: `the sign-in ${one.credential.profileId} could not be renewed: ${reason}`,
        reaction: "rotate",
      };
    }
  }

  #changed(turn: Turn, change: { from: ModelRef; to: ModelRef; fault: Fault; retryInMs?: number }): void {
    const failure = this.#spoken(change.fault);
    const { from, to, retryInMs } = change;
    this.#deps.log.warn(
      retryInMs === undefined
        ? `${formatRef(from)} failed (${failure.kind}), next is ${formatRef(to)}`
        : `${formatRef(from)} failed (${failure.kind}), again in ${retryInMs} ms`,
      { reason: failure.message },
    );
    turn.call.watcher.failedOver?.({ from, to, failure, ...(retryInMs !== undefined && { retryInMs }) });
  }

  #fail(turn: Turn, fault: Fault): void {
    const failure = this.#spoken(fault);
    this.#deps.failures.remember(failure);
    turn.relay.fail(turn.model, failure.message);
  }

  #spoken(fault: Fault): ModelFailure {
    const failure = failureOfFault(fault);
    return { ...failure, message: this.#deps.failures.clean(failure.message) };
  }
}

/** Stands for a credential where a server wants none. */
function keyless(provider: string): Credential {
  return { profileId: `${provider}:none`, provider, kind: "none", source: "local" };
}

function coolingDown(ref: ModelRef, state: AuthProfileState | undefined, until: number, now: number): Fault {
  const kind = FAILURE_KINDS.find((known) => known === state?.reason) ?? "rate_limit";
  const seconds = Math.ceil((until - now) / 1_000);
  return {
    kind,
    message: `every credential of ${ref.provider} is resting after a failure (${kind}); the next is tried in ${seconds} s`,
    reaction: "next",
    coolingDown: true,
  };
}

function noCredential({ provider }: ModelRef, catalogue: Catalogue, unread: readonly string[]): Fault {
  const configured = isUnread(catalogue.provider(provider)?.apiKey)
    ? `models.providers.${provider}.apiKey`
    : undefined;
  const owner = configured ?? unread[0];
  if (owner !== undefined) {
    const message = `the secret that ${owner} refers to could not be read: see \`openclaw logs\` for why, then openclaw secrets reload`;
    return { kind: "auth", message, reaction: "next", unsigned: true };
  }
  const variable = knownProvider(provider)?.env[0];
  const ways = [
    `openclaw models auth paste-api-key --provider ${provider}`,
    ...(variable !== undefined ? [`set ${variable}`] : []),
    ...(catalogue.provider(provider) ? [`set models.providers.${provider}.apiKey`] : []),
  ];
  const message = `no credential for ${provider}: ${ways.join(", or ")}`;
  return { kind: "auth", message, reaction: "next", unsigned: true };
}

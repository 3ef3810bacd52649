import type { AgentPart, RunOutcome } from "../../../agent/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import type { Logger } from "../../../lib/logger.ts";
import { ProtocolError, type RunId } from "../../../protocol/index.ts";
import type { AgentDelivery, DeliveryReport, Destination } from "../../channels/agent-delivery.ts";
import type { Incoming } from "../../turns/saying/incoming.ts";
import { failureText } from "../../turns/saying/outcome-wire.ts";
import type { Taken, TurnRequests } from "../../turns/saying/turn-requests.ts";
import type { SessionTarget } from "../../turns/target.ts";
import { jsonResponse } from "../responses.ts";
import { type AgentHookRequest, agentRequest } from "./agent-request.ts";
import { completionOf, isFailed } from "./completion.ts";
import { markOf, presented, repeatableId } from "./presentation.ts";
import { HOOK_ADMISSION_MS, MAX_NOTE_CHARS, REPLAY_WAIT_MS } from "./limits.ts";
import type { HookSettings } from "./path.ts";
import { HookRefusal } from "./refusal.ts";
import { Succession } from "./succession.ts";
import { closed, type HookTargets } from "./targets.ts";
import { HOOK_SENDER, quoted, type WakeHooks } from "./wake-hook.ts";

export interface AgentHookDeps {
  readonly agent: Pick<AgentPart, "models" | "runs">;
  readonly requests: TurnRequests;
  readonly targets: HookTargets;
  readonly wakes: WakeHooks;
  readonly delivery: AgentDelivery;
  readonly hasChannel: (channel: string) => boolean;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

/** One request of `POST …/agent`. */
export interface AgentHookCall {
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Headers;
  /** Aborted when the sender leaves; the run goes on. */
  readonly gone: AbortSignal;
}

/** A turn to be, with what follows its end. */
interface Errand {
  readonly request: AgentHookRequest;
  readonly incoming: Incoming;
  readonly destination: Destination | undefined;
}

/** What came of an errand: how the run ended, and whether that was sent (null when it was not to be). */
interface Done {
  readonly outcome: RunOutcome;
  readonly report?: DeliveryReport | null;
}

/** `POST …/agent`: a turn of an agent, asked for by another program. */
export class AgentHooks {
  readonly #succession: Succession;

  constructor(private readonly deps: AgentHookDeps) {
    this.#succession = new Succession(deps.clock);
  }

  /** @throws HookRefusal, ProtocolError */
  async take({ body, headers, gone }: AgentHookCall, hooks: HookSettings): Promise<Response> {
    const request = await agentRequest(body, headers, hooks, {
      ...this.deps,
      models: this.deps.agent.models,
    });
    const errand = await this.#errand(request, hooks.token ?? "");
    const { runId } = errand.incoming;
    const done = await this.#begun(errand, gone);
    if (!request.waits) return jsonResponse(200, { ok: true, runId });
    const ended = await done();
    const completion = ended && completionOf(ended.outcome, ended.report);
    return jsonResponse(200, { ok: true, runId, ...(completion && { completion }) });
  }

  async #errand(request: AgentHookRequest, token: string): Promise<Errand> {
    const { targets, delivery, ids } = this.deps;
    const { message, name, agentId, named, isPersistent, idempotencyKey, destination } = request;
    const runId = (idempotencyKey === undefined ? ids.uuid() : repeatableId(idempotencyKey)) as RunId;
    const own = (): SessionTarget =>
      named === undefined ? targets.own(`hook:${runId}`, agentId) : targets.once(named, runId);
    const target = isPersistent && named !== undefined ? named : own();
    return {
      request,
      destination: destination && (await delivery.destination(destination, target.key)),
      incoming: {
        kind: "agent",
        runId,
        target,
        message: presented(message, name, markOf(token, runId)),
        attachments: [],
        sender: { ...HOOK_SENDER, name },
        mayCommand: false,
        model: request.model,
        thinking: request.thinking,
        timeoutMs: request.timeoutMs,
        queueMode: "followup",
        label: name,
        lane: "background",
      },
    };
  }

  /** Has the run accepted; returns what waits for its end. @throws HookRefusal when it is not */
  async #begun(errand: Errand, gone: AbortSignal): Promise<() => Promise<Done | undefined>> {
    const { request, incoming } = errand;
    const { runId } = incoming;
    const leave = await this.#turnOf(request, runId);
    if (leave === undefined) {
      throw new HookRefusal(503, "an earlier hook of this session is still at work; try again", runId);
    }
    const taken = await this.#taken(incoming).catch((error: unknown) => {
      leave();
      throw error;
    });
    if (taken.state === "accepted") {
      const done = taken.done.then((outcome) => this.#finished(errand, outcome)).finally(leave);
      done.catch((error: unknown) => this.deps.log.error("hook could not be finished", { error, runId }));
      return () => done;
    }
    leave();
    switch (taken.state) {
      case "settled":
        return async () => ({ outcome: taken.outcome });
      case "in_flight":
        return async () => {
          const outcome = await this.deps.agent.runs.wait(runId, REPLAY_WAIT_MS, gone);
          return outcome && { outcome };
        };
      case "refused":
        throw new HookRefusal(503, taken.reason, runId);
      case "conflict":
      case "stopped":
        throw closed("this idempotency key was used for another request", runId);
    }
  }

  /** Waits for earlier requests of the same name; returns what lets later ones come, undefined when it took too long. */
  async #turnOf(
    { named, isPersistent, idempotencyKey }: AgentHookRequest,
    runId: RunId,
  ): Promise<(() => void) | undefined> {
    // A session that goes on has a queue of its own, and a repeat does not wait for itself.
    const isFree =
      named === undefined ||
      isPersistent ||
      (idempotencyKey !== undefined && (await this.deps.agent.runs.lookup("agent", runId)) !== undefined);
    return isFree ? () => undefined : this.#succession.enter(named.key, HOOK_ADMISSION_MS);
  }

  async #taken(incoming: Incoming): Promise<Taken> {
    try {
      return await this.deps.requests.take(incoming);
    } catch (error) {
      if (error instanceof ProtocolError) throw closed(error.message, incoming.runId);
      throw error;
    }
  }

  /** Sends the answer on, or leaves a note of the end in the agent's main session. */
  async #finished({ request, incoming, destination }: Errand, outcome: RunOutcome): Promise<Done> {
    const { log, delivery } = this.deps;
    const { runId, target } = incoming;
    const { name, agentId } = request;
    const report = destination === undefined ? null : await delivery.deliver(destination, outcome);
    const isOk = outcome.status === "ok";
    const facts = { runId, name, agentId, sessionKey: target.key, status: outcome.status };
    if (isOk && !(report && isFailed(report))) log.info("hook agent run completed", facts);
    else log.warn("hook agent run completed", { ...facts, ...(report && { delivery: report.status }) });
    // The next gateway takes it up again.
    if (outcome.status === "interrupted") return { outcome, report };
    if (!isOk) await this.#tell(request, target, `failed: ${failureText(outcome)}`);
    else if (request.deliver && destination === undefined && outcome.text !== "") {
      await this.#tell(request, target, `answered: ${quoted(outcome.text.slice(0, MAX_NOTE_CHARS))}`);
    }
    return { outcome, report };
  }

  async #tell({ name, agentId, wakes }: AgentHookRequest, from: SessionTarget, news: string): Promise<void> {
    const main = this.deps.targets.main(agentId);
    // What was said there is no news there.
    if (main.key === from.key) return;
    this.deps.wakes.note(`The run of webhook ${quoted(name)} in session ${from.key} ${news}`, main);
    if (!wakes) return;
    await this.deps.wakes.wake(main).catch((error: unknown) => {
      this.deps.log.warn("nobody could be woken for the end of a hook", { error });
    });
  }
}

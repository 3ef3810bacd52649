import type { Claim, IdempotencyRepository } from "../../../store/index.ts";
import { failed, type InvokeOutcome } from "./outcome.ts";

const METHOD = "tools.invoke";

/** Longest answer that is kept for repeats, in characters of JSON; a longer one is only said to have been given. */
const MAX_KEPT_CHARS = 64_000;

interface Kept {
  readonly fingerprint: string;
  readonly outcome: InvokeOutcome;
}

/** Sees to it that an invocation with an idempotency key is carried out once, also over a restart. */
export class InvokeOnce {
  readonly #running = new Map<
    string,
    { readonly fingerprint: string; readonly done: Promise<InvokeOutcome> }
  >();

  constructor(private readonly claims: Pick<IdempotencyRepository, "claim" | "settle">) {}

  /** Runs `work`, or answers with what came of it before. `facts` say whether two requests are the same. */
  async run(
    key: string,
    toolName: string,
    facts: unknown,
    work: () => Promise<InvokeOutcome>,
  ): Promise<InvokeOutcome> {
    const fingerprint = Bun.SHA256.hash(JSON.stringify(facts), "hex");
    const running = this.#running.get(key);
    if (running) return running.fingerprint === fingerprint ? running.done : conflict(toolName);
    const done = this.#claimed(key, toolName, fingerprint, work).finally(() => this.#running.delete(key));
    this.#running.set(key, { fingerprint, done });
    return done;
  }

  async #claimed(
    key: string,
    toolName: string,
    fingerprint: string,
    work: () => Promise<InvokeOutcome>,
  ): Promise<InvokeOutcome> {
    const claim = await this.claims.claim(METHOD, key);
    if (claim.state !== "new") return answered(claim, toolName, fingerprint);
    const outcome = await work();
    const payload: Kept = { fingerprint, outcome: kept(outcome) };
    await this.claims.settle(METHOD, key, { ok: true, payload });
    return outcome;
  }
}

function answered(
  claim: Exclude<Claim, { state: "new" }>,
  toolName: string,
  fingerprint: string,
): InvokeOutcome {
  if (claim.state === "pending") {
    const message =
      "the gateway stopped while this was carried out; look at what was done before you ask again";
    return failed(toolName, 500, "tool_error", message);
  }
  const payload = claim.outcome.ok ? claim.outcome.payload : undefined;
  if (!isKept(payload) || payload.fingerprint !== fingerprint) return conflict(toolName);
  return payload.outcome;
}

/** Written by this class alone; the check is for stores of another version. */
function isKept(value: unknown): value is Kept {
  return typeof value === "object" && value !== null && "fingerprint" in value && "outcome" in value;
}

function conflict(toolName: string): InvokeOutcome {
  return failed(toolName, 400, "invalid_request", "the idempotencyKey was used for another request");
}

function kept(outcome: InvokeOutcome): InvokeOutcome {
  if (!outcome.ok || JSON.stringify(outcome.result).length <= MAX_KEPT_CHARS) return outcome;
  const text = "[the answer was too long to be kept; it was given once]";
  return { ...outcome, result: { content: [{ type: "text", text }] } };
}

import type { OpenClawConfig } from "../../../config/index.ts";
import { type Clock, inTime } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { InboxRepository } from "../../../store/index.ts";
import type { Conversations, TurnOutcome, TurnReply } from "../../conversations.ts";
import type { Deliveries } from "../../deliveries.ts";
import type { LiveReply } from "../../live/index.ts";
import { Drafts } from "./drafts.ts";
import { type Durable, retryMs, Stopped } from "../durable.ts";
import { type Entry, putOff } from "../lanes/entry.ts";
import { LIVE_FINISH_MS, PROVIDER_PATIENCE_MS, RETRY_MAX_MS } from "../limits.ts";
import { factsOf, type Matter, type OpenTurn } from "../matter.ts";
import { Outages, providerRetryMs } from "./outages.ts";
import { messagesOf } from "./replies.ts";
import { responsePrefix } from "./response-prefix.ts";
import type { TurnRoom } from "../lanes/turn-room.ts";
import { firstRun, tryOf } from "../lanes/run-names.ts";
import type { Saying, Settling } from "./settling.ts";
import { ToldErrors } from "./told-errors.ts";

export interface AnswersDeps {
  readonly inbox: Pick<InboxRepository, "postpone">;
  readonly conversations: Pick<Conversations, "maySend" | "recall" | "identity">;
  readonly deliveries: Pick<Deliveries, "deliver" | "recall">;
  readonly settling: Settling;
  readonly outages: Outages;
  readonly room: Pick<TurnRoom, "enter" | "leave">;
  readonly durable: Durable;
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
  readonly log: Logger;
  /** These are to be taken up again. */
  readonly putBack: (entries: readonly Entry[]) => void;
  /** An agent answered somebody: what waits for it may be tried. */
  readonly answered: (agentId: string) => void;
}

type Preview = Awaited<ReturnType<LiveReply["finish"]>>;

const OUTAGE_TEXT =
  "⚠️ The model cannot be reached at the moment. I have your message and will answer as soon as it is back.";

/** Waits for turns, and turns their outcomes into settled rows and replies; in order within a lane. */
export class Answers {
  readonly #deps: AnswersDeps;
  readonly #drafts: Drafts;
  readonly #toldErrors: ToldErrors;
  readonly #open = new Set<OpenTurn>();
  #isStopping = false;
  /** The last settlement of each lane. */
  readonly #settlements = new Map<string, Promise<void>>();

  constructor(deps: AnswersDeps) {
    this.#deps = deps;
    this.#drafts = new Drafts(deps);
    this.#toldErrors = new ToldErrors(deps.clock);
  }

  /** Turns that are not over. */
  get openCount(): number {
    return this.#open.size;
  }

  /** A message of this lane is with an agent, or its answer on the way out. */
  hasOpen(lane: string): boolean {
    return [...this.#open].some((turn) => turn.lane === lane);
  }

  /** Takes care of a turn until it is settled or put back. */
  watch(turn: OpenTurn, done: Promise<TurnOutcome>): void {
    this.#open.add(turn);
    this.#deps.room.enter(turn.scene.route.sessionKey);
    void this.#ended(turn, done).then((outcome) => {
      // At once, however long what was answered before it takes to be settled: later messages are not to go first.
      if (outcome && !this.#isStopping && this.isToBeSaidAgain(turn.entries, outcome)) {
        void this.#sayAgain(turn, outcome.failure);
        return;
      }
      const before = this.#settlements.get(turn.lane) ?? Promise.resolve();
      const settled = before.then(() => this.#close(turn, outcome));
      this.#settlements.set(turn.lane, settled);
      void settled.then(() => {
        if (this.#settlements.get(turn.lane) === settled) this.#settlements.delete(turn.lane);
      });
    });
  }

  /** No provider answered, and one may yet. */
  isToBeSaidAgain(entries: readonly Entry[], { answeredBy, failure }: TurnOutcome): boolean {
    if (answeredBy !== undefined || failure?.isTransient !== true) return false;
    const acceptedAt = Math.min(...entries.map(({ row }) => row.acceptedAt));
    return this.#deps.clock.now() - acceptedAt < PROVIDER_PATIENCE_MS;
  }

  /** Shows nothing any more; resolves when no answer is being settled. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await Promise.all([...this.#open].map((turn) => this.#finish(turn)));
    await Promise.all(this.#settlements.values());
  }

  /** The outcome, however often waiting for it fails; undefined when nobody knows of the turn. */
  async #ended(turn: OpenTurn, done: Promise<TurnOutcome>): Promise<TurnOutcome | undefined> {
    try {
      return await done;
    } catch (error) {
      const { conversations, durable, log } = this.#deps;
      log.error("the end of a turn could not be learned", { ...factsOf(turn), error });
      try {
        await durable.rest(RETRY_MAX_MS);
        const taken = await conversations.recall(turn.scene.account.channel, turn.runId);
        if (taken?.state === "accepted") return await this.#ended(turn, taken.done);
        return taken?.state === "settled" ? taken.outcome : undefined;
      } catch (again) {
        return again instanceof Stopped ? undefined : this.#ended(turn, Promise.reject(again));
      }
    }
  }

  /** Never rejects. */
  async #close(turn: OpenTurn, outcome: TurnOutcome | undefined): Promise<void> {
    // What ends from now on is left to the next process, which asks what became of it.
    if (this.#isStopping) return;
    try {
      if (outcome) await this.#conclude(turn, outcome);
      else this.#deps.putBack(turn.entries);
    } catch (error) {
      // The row stays as it is: the next start takes it up, and asks what became of its turn.
      if (!(error instanceof Stopped))
        this.#deps.log.error("an answer was not settled", { ...factsOf(turn), error });
    } finally {
      this.#open.delete(turn);
      this.#deps.room.leave(turn.scene.route.sessionKey);
    }
  }

  async #conclude(turn: OpenTurn, outcome: TurnOutcome): Promise<void> {
    const { settling, outages, conversations, durable } = this.#deps;
    const { scene, entries } = turn;
    outages.asked(turn.lane);
    const preview = await this.#finish(turn, outcome.failure !== undefined);
    if (outcome.answeredBy !== undefined && outcome.answeredBy !== turn.runId) {
      this.#drafts.discard(scene, preview.replaces, preview.discard);
      await settling.settle(entries, "shared");
      return;
    }
    outages.over(turn.lane);
    if (outcome.status === "ok") this.#deps.answered(scene.route.agentId);
    const maySend = await durable.look("whether a chat may be answered could not be read", () =>
      conversations.maySend(scene.route.sessionKey),
    );
    const saying = maySend ? this.#saying(turn, outcome, preview.replaces) : undefined;
    const isSilent = !saying || saying.messages.length === 0;
    const keys = await settling.settle(entries, dispositionOf(outcome, maySend, isSilent), saying);
    this.#drafts.discardAfter(keys.at(-1), scene, isSilent ? preview.replaces : undefined, preview.discard);
  }

  /** What is shown ends before the answer comes; whoever is slow with it is not waited for. */
  async #finish({ live }: OpenTurn, isFailure = false): Promise<Preview> {
    if (!live) return {};
    try {
      return await inTime(this.#deps.clock, LIVE_FINISH_MS, live.finish(isFailure), {});
    } catch (error) {
      this.#deps.log.warn("a preview could not be ended", { error });
      return {};
    }
  }

  #saying(turn: OpenTurn, outcome: TurnOutcome, replaces: unknown): Saying {
    const { scene, runId, said, notice } = turn;
    const { settings } = scene.account;
    const { messages: general } = this.#deps.config();
    const isFailure = outcome.replies.length === 0 && outcome.failure !== undefined;
    const replies = isFailure ? this.#failure(turn, outcome) : outcome.replies;
    const identityName = this.#deps.conversations.identity(scene.route.agentId).name;
    const prefix = responsePrefix(settings.responsePrefix ?? general?.responsePrefix, {
      ...(identityName !== undefined && { identityName }),
      ...outcome.model,
    });
    const silent = isFailure && "silentErrorReplies" in settings && settings.silentErrorReplies === true;
    return {
      scene,
      origin: "reply",
      runId,
      key: keyOf(turn),
      messages: messagesOf(replies, {
        replyToMode: settings.replyToMode ?? "off",
        messageIds: said.messageIds,
        ...(prefix !== undefined && { prefix }),
        ...(notice !== undefined && { notice }),
        ...(replaces !== undefined && { replaces }),
        silent,
      }),
    };
  }

  #failure({ lane, scene }: OpenTurn, { status, failure }: TurnOutcome): readonly TurnReply[] {
    if (!failure || status === "aborted") return [];
    return this.#toldErrors.mayTell(scene.rules.errorPolicy, lane, failure.text)
      ? [{ text: failure.text }]
      : [];
  }

  /** Never rejects. */
  async #sayAgain(turn: OpenTurn, failure: TurnOutcome["failure"]): Promise<void> {
    this.#open.delete(turn);
    this.#sayLater(turn, failure);
    this.#deps.room.leave(turn.scene.route.sessionKey);
    const { replaces, discard } = await this.#finish(turn, true);
    this.#drafts.discard(turn.scene, replaces, discard);
  }

  #sayLater(turn: OpenTurn, failure: TurnOutcome["failure"]): void {
    const error = failure?.text ?? "";
    const { clock, outages, putBack } = this.#deps;
    const { entries, scene } = turn;
    const [first] = entries;
    if (!first) return;
    // A store is looked at again at once: most of what is said to it waits for it anyway.
    const isOutage = failure?.isLocal !== true;
    const waitMs = (isOutage ? providerRetryMs : retryMs)(tryOf(turn.runId, firstRun(first.row)));
    const notBefore = clock.now() + waitMs;
    const facts = { channel: scene.account.channel, accountId: scene.account.id, error };
    if (isOutage && outages.met(turn.lane, { ...facts, agentId: scene.route.agentId }))
      this.#tellOfOutage(turn);
    for (const entry of entries) putOff(entry, notBefore, error);
    // Before it is stored, or what waits behind it would go first.
    putBack(entries);
    void this.#keepDelay(turn, { error, notBefore });
  }

  /** Never rejects. A delay that is not stored is forgotten by the next process, and no more. */
  async #keepDelay(
    { entries }: OpenTurn,
    why: { readonly error: string; readonly notBefore: number },
  ): Promise<void> {
    const { inbox, durable, log } = this.#deps;
    const ids = entries.map(({ row }) => row.id);
    try {
      await durable.act("a message could not be put off", () =>
        inbox.postpone(ids, { ...why, uncounted: true }),
      );
    } catch (error) {
      if (!(error instanceof Stopped)) log.error("a message could not be put off", { ids, error });
    }
  }

  /** Once for each outage, also over a restart: its key is that of the message that met it. */
  #tellOfOutage(turn: OpenTurn): void {
    const { deliveries, log } = this.#deps;
    const { scene } = turn;
    if (scene.rules.errorPolicy === "silent") return;
    const request = {
      channel: scene.account.channel,
      accountId: scene.account.id,
      target: scene.target,
      content: { kind: "message", message: { text: OUTAGE_TEXT } },
      origin: "notice",
      sessionKey: scene.route.sessionKey,
      idempotency: { scope: "outage", key: keyOf(turn) },
    } as const;
    deliveries.deliver(request, 0).catch((error: unknown) => {
      log.warn("a chat could not be told that the model is not reached", { ...factsOf(turn), error });
    });
  }
}

/** The same for every try of a message. */
function keyOf({ entries, runId }: Matter & Pick<OpenTurn, "runId">): string {
  const [first] = entries;
  return first ? firstRun(first.row) : runId;
}

function dispositionOf({ status }: TurnOutcome, maySend: boolean, isSilent: boolean): string {
  if (status === "aborted") return "aborted";
  if (!maySend) return "muted";
  if (status !== "ok") return "failed";
  return isSilent ? "silent" : "answered";
}

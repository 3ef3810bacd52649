import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { InboxRepository } from "../../store/index.ts";
import type { Conversations, TurnObserver, TurnTaken } from "../conversations.ts";
import type { LiveReplies, LiveReply } from "../live/index.ts";
import type { Outages } from "./answers/outages.ts";
import type { Beginning } from "./beginning.ts";
import { channelTurn, type Manner } from "./channel-turn.ts";
import { contextOf } from "./words/context.ts";
import { type Durable, retryMs } from "./durable.ts";
import { putOff } from "./lanes/entry.ts";
import type { GroupHistory } from "./words/group-history.ts";
import type { Lane } from "./lanes/lane.ts";
import { PARK, type Step, WENT } from "./lanes/lanes.ts";
import { CROWDED_RETRY_MAX_MS, CROWDED_RETRY_MIN_MS } from "./limits.ts";
import type { Admitted, Matter, OpenTurn } from "./matter.ts";
import type { MediaIntake } from "./media/media-intake.ts";

export interface SubmissionDeps {
  readonly inbox: Pick<InboxRepository, "keepDraft" | "postpone">;
  readonly conversations: Pick<Conversations, "submit" | "maySend" | "identity">;
  readonly live: LiveReplies;
  readonly media: MediaIntake;
  readonly history: GroupHistory;
  readonly beginning: Beginning;
  readonly outages: Pick<Outages, "asks">;
  readonly durable: Durable;
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
}

/** Says something to an agent, with everything around it. */
export class Submission {
  readonly #deps: SubmissionDeps;

  constructor(deps: SubmissionDeps) {
    this.#deps = deps;
  }

  /** @throws StoreError, Stopped, whatever the agents throw */
  async submit(lane: Lane, matter: Matter, manner: Manner, isStopped: () => boolean): Promise<Step> {
    const { conversations, media, history, config, clock } = this.#deps;
    const { scene, said } = matter;
    const refs = said.message.kind === "message" ? said.message.media : [];
    const brought = await media.fetch(scene, refs, manner.runId);
    const around = { history: history.of(lane.key), showQuote: manner.admitted.hidesQuote !== true };
    // Somebody said stop while files were fetched: the next look at the lane ends it.
    if (isStopped()) return WENT;
    const context = contextOf(said, { ...around, now: clock.now() });
    const words = [manner.choices?.text ?? said.text, ...brought.lines].filter((line) => line !== "");
    const text = words.length > 0 ? words.join("\n") : refs.map(({ kind }) => `<media:${kind}>`).join("\n");
    const live = await this.#live(matter, manner.admitted);
    const turn = {
      ...channelTurn(config(), matter, manner, text, brought.media),
      ...(context !== undefined && { context }),
      observer: this.#observer(lane, matter, live?.observer),
    };
    try {
      const taken = await conversations.submit(turn);
      if (taken.state !== "refused") {
        history.forget(lane.key, around.history);
        this.#hand(lane, matter, manner, live, taken);
        return WENT;
      }
      await live?.finish();
      return await this.#refused(lane, matter, taken);
    } catch (error) {
      await live?.finish(true);
      throw error;
    }
  }

  /** Who watches the turn: what the chat is shown, and the status. */
  #observer(lane: Lane, { scene }: Matter, shown: TurnObserver | undefined): TurnObserver {
    const { channel, id: accountId } = scene.account;
    const { agentId } = scene.route;
    return {
      started: () => shown?.started?.(),
      text: (full) => shown?.text?.(full),
      message: (text, isFinal) => shown?.message?.(text, isFinal),
      tool: (call) => shown?.tool?.(call),
      retrying: (error) => this.#deps.outages.asks(lane.key, { agentId, channel, accountId, error }),
    };
  }

  #hand(
    lane: Lane,
    matter: Matter,
    { runId, choices }: Manner,
    live: LiveReply | undefined,
    taken: Exclude<TurnTaken, { state: "refused" }>,
  ): void {
    lane.refusals = 0;
    const notice = choices?.notice;
    const turn: OpenTurn = {
      ...matter,
      runId,
      ...(live && { live }),
      ...(notice !== undefined && { notice }),
    };
    this.#deps.beginning.hand(
      lane,
      turn,
      taken.state === "accepted" ? taken.done : Promise.resolve(taken.outcome),
    );
  }

  /** Too much waits already: later, at the same place. A gateway that stops leaves it to the next. */
  async #refused(
    lane: Lane,
    { entries }: Matter,
    { reason, stopping }: Extract<TurnTaken, { state: "refused" }>,
  ): Promise<Step> {
    const { durable, inbox, clock } = this.#deps;
    lane.refusals += 1;
    const ms = stopping === true ? 0 : retryMs(lane.refusals, CROWDED_RETRY_MIN_MS, CROWDED_RETRY_MAX_MS);
    const ids = entries.map(({ row }) => row.id);
    const why = { error: reason, notBefore: clock.now() + ms, uncounted: true };
    await durable.act("a message could not be put off", () => inbox.postpone(ids, why));
    for (const entry of entries) putOff(entry, why.notBefore, reason);
    return stopping === true ? PARK : { kind: "wait", ms };
  }

  async #live({ scene, said, entries }: Matter, { wasMentioned }: Admitted): Promise<LiveReply | undefined> {
    const { conversations, live, inbox } = this.#deps;
    const [first] = entries;
    if (!first || !(await conversations.maySend(scene.route.sessionKey))) return undefined;
    const { account, connection, chat, target, route } = scene;
    const { emoji } = conversations.identity(route.agentId);
    return live.begin({
      account,
      connection,
      chat,
      target,
      messageId: said.messageIds.at(-1),
      wasMentioned: said.message.kind === "message" && wasMentioned,
      ...(emoji !== undefined && { emoji }),
      agentId: route.agentId,
      keepDraft: (draft) => inbox.keepDraft(first.row.id, draft),
    });
  }
}

import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { InboxRepository, InboxRow } from "../../store/index.ts";
import type { Gate } from "../access/index.ts";
import type { Accounts } from "../accounts/index.ts";
import type { ChannelAccount, InboundBatch } from "../channel.ts";
import type { Conversations } from "../conversations.ts";
import type { Deliveries } from "../deliveries.ts";
import type { LiveReplies } from "../live/index.ts";
import type { Router } from "../routing/index.ts";
import { Answers } from "./answers/answers.ts";
import { Beginning } from "./beginning.ts";
import { Commands, isStop } from "./commands.ts";
import { Durable, type StoreTrouble } from "./durable.ts";
import { type Entry, entryOf } from "./lanes/entry.ts";
import { GroupHistory } from "./words/group-history.ts";
import { Happenings, type HappeningsDeps } from "./happenings.ts";
import { Hearing } from "./hearing.ts";
import { laneKey } from "./lanes/lane.ts";
import { Lanes } from "./lanes/lanes.ts";
import { MediaFolder } from "./media/media-folder.ts";
import { MediaIntake } from "./media/media-intake.ts";
import { OpenRows } from "./lanes/open-rows.ts";
import { type OutageReport, Outages } from "./answers/outages.ts";
import { Settling } from "./answers/settling.ts";
import { Submission } from "./submission.ts";
import { TurnRoom } from "./lanes/turn-room.ts";
import { TakeUp } from "./take-up.ts";

export interface InboundDeps {
  readonly inbox: InboxRepository;
  readonly accounts: Pick<Accounts, "channel" | "account" | "connection" | "onChange" | "noteTraffic">;
  readonly gate: Gate;
  readonly router: Router;
  readonly conversations: Conversations;
  readonly deliveries: Deliveries;
  readonly live: LiveReplies;
  readonly moveChat: HappeningsDeps["moveChat"];
  readonly config: () => OpenClawConfig;
  /** Where files from chats are kept for the agents' tools: `<state>/media/inbound`. */
  readonly mediaDir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What was observed. */
export interface InboundStatus {
  /** Rows that are not over, those that agents are at work on included. */
  readonly open: number;
  /** Turns whose answer is not settled. */
  readonly turns: number;
  /** What keeps the store from taking messages. */
  readonly store?: StoreTrouble;
  /** Accounts with chats that wait for a provider. */
  readonly outages: readonly OutageReport[];
}

/** Everything that comes in through channels, from the moment a platform tells it until it is settled. */
export class Inbound {
  readonly #deps: InboundDeps;
  readonly #open = new OpenRows();
  readonly #outages: Outages;
  readonly #durable: Durable;
  readonly #answers: Answers;
  readonly #lanes: Lanes;
  readonly #takeUp: TakeUp;
  readonly #media: MediaIntake;
  readonly #folder: MediaFolder;
  #stopListening: (() => void) | undefined;

  constructor(given: InboundDeps) {
    const deps = { ...given, log: given.log.child("channels/inbound") };
    const { clock, log } = deps;
    this.#deps = deps;
    this.#outages = new Outages(clock);
    this.#durable = new Durable({ clock, log });
    this.#folder = new MediaFolder({ path: deps.mediaDir, clock, log });
    this.#media = new MediaIntake({ folder: this.#folder, clock, log });
    const durable = this.#durable;
    const settling = new Settling({ ...deps, durable, open: this.#open });
    const room = new TurnRoom((lane) => {
      // It may be over meanwhile, and another one have its place.
      if (this.#lanes.get(lane.key) === lane) this.#lanes.wake(lane);
    });
    this.#answers = new Answers({
      ...deps,
      durable,
      settling,
      room,
      outages: this.#outages,
      putBack: (entries) => this.#putBack(entries),
      answered: (agentId) => this.#tryAgain(agentId),
    });
    const history = new GroupHistory();
    const hearing = new Hearing(deps);
    const beginning = new Beginning({ ...deps, durable, settling, answers: this.#answers });
    const commands = new Commands({ ...deps, beginning, settling });
    const submission = new Submission({
      ...deps,
      durable,
      history,
      beginning,
      outages: this.#outages,
      media: this.#media,
    });
    const happenings = new Happenings({ ...deps, hearing });
    this.#takeUp = new TakeUp({
      ...deps,
      durable,
      hearing,
      history,
      room,
      happenings,
      beginning,
      commands,
      submission,
      settling,
    });
    this.#lanes = new Lanes({ clock, step: (lane) => this.#takeUp.step(lane) });
  }

  /** Takes up whatever an earlier process left, each when its account runs. @throws StoreError */
  async start(): Promise<void> {
    this.#stopListening = this.#deps.accounts.onChange((channel, accountId) => {
      for (const lane of this.#lanes.all) {
        if (lane.channel === channel && lane.accountId === accountId) this.#lanes.wake(lane);
      }
    });
    await this.refresh();
    await this.#folder.clear();
  }

  /**
   * Takes up nothing new and lets what is being taken up or settled come to its end, within `budgetMs`. Turns that are
   * still running are left: the next process asks what became of them.
   */
  async stop(budgetMs: number): Promise<void> {
    this.#stopListening?.();
    this.#media.stop();
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = this.#deps.clock.after(budgetMs, resolve);
    const ended = this.#lanes.stop().then(() => this.#answers.stop());
    await Promise.race([ended, late]);
    timer.cancel();
    this.#durable.stop();
    await Promise.race([ended, late]);
  }

  /** Keeps what a platform said; when it resolves, the platform may be told so. @throws StoreError */
  async receive(
    account: ChannelAccount,
    { identity, events, cursor, isDurable = false }: InboundBatch,
  ): Promise<void> {
    const { inbox, accounts } = this.#deps;
    const { channel, id: accountId } = account;
    const arrived = events.map(({ key, lane, event }) => ({
      channel,
      identity,
      accountId,
      eventKey: key,
      lane,
      event,
    }));
    const read = cursor === undefined ? undefined : { channel, identity, value: cursor };
    try {
      const rows = await inbox.accept(arrived, read, { isDurable });
      this.#durable.over();
      this.#takeIn(rows);
      if (rows.length > 0) accounts.noteTraffic(channel, accountId, "in");
    } catch (error) {
      if (this.#durable.isPassing(error)) this.#durable.note(error, "messages could not be kept");
      throw error;
    }
  }

  /** How far the stream of an identity was read. */
  cursor(channel: string, identity: string): Promise<string | undefined> {
    return this.#deps.inbox.cursor(channel, identity);
  }

  /** Settles when there is room for more messages of the account. */
  ready(channel: string, accountId: string, signal: AbortSignal): Promise<void> {
    return this.#open.ready(channel, accountId, signal);
  }

  /** Looks for rows that wait again, since a person said so. @throws StoreError */
  async refresh(): Promise<void> {
    this.#takeIn(await this.#deps.inbox.waiting(), true);
  }

  status(): InboundStatus {
    const { trouble } = this.#durable;
    this.#forgetOutages();
    return {
      open: this.#open.total,
      turns: this.#answers.openCount,
      ...(trouble && { store: trouble }),
      outages: this.#outages.report(),
    };
  }

  #takeIn(rows: readonly InboxRow[], isOld = false): void {
    const byLane = new Map<string, [Entry, ...Entry[]]>();
    for (const row of this.#open.add(rows)) {
      const entry = entryOf(row);
      const key = laneKey(row);
      const known = byLane.get(key);
      if (known) known.push(entry);
      else byLane.set(key, [entry]);
      if (!isOld) this.#acknowledge(entry);
    }
    for (const entries of byLane.values()) {
      const isNew = (entry: Entry) => entries.includes(entry);
      const lane = this.#lanes.place(...entries);
      if (entries.some(isStop)) this.#takeUp.overtake(lane, (entry) => isNew(entry) && isStop(entry));
      this.#lanes.wake(lane);
    }
  }

  /** Whoever presses a button sees at once that it was seen. */
  #acknowledge({ event, row }: Entry): void {
    if (event.kind !== "press") return;
    void this.#deps.accounts.connection(row.channel, row.accountId)?.acknowledgePress(event.pressId);
  }

  #putBack([first, ...others]: readonly Entry[]): void {
    if (first) this.#lanes.wake(this.#lanes.place(first, ...others));
  }

  /** Those of chats in which nothing waits any more, since somebody said stop or took it out. */
  #forgetOutages(): void {
    this.#outages.prune((lane) => this.#lanes.get(lane) !== undefined || this.#answers.hasOpen(lane));
  }

  /** A provider answers again: whoever of this agent's chats waits for one needs not wait longer. */
  #tryAgain(agentId: string): void {
    this.#forgetOutages();
    for (const key of this.#outages.worthTrying(agentId)) {
      const lane = this.#lanes.get(key);
      if (!lane) continue;
      for (const entry of lane.begunTogether) entry.row = { ...entry.row, notBefore: 0 };
      this.#lanes.wake(lane);
    }
  }
}

import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { InboxRepository } from "../../store/index.ts";
import type { PairingNotice } from "../access/index.ts";
import type { Beginning } from "./beginning.ts";
import { type Bundle, bundleOf } from "./lanes/bundle.ts";
import { type Commands, mayOvertake } from "./commands.ts";
import { type Durable, retryMs, Stopped } from "./durable.ts";
import { type Entry, putOff } from "./lanes/entry.ts";
import type { GroupHistory } from "./words/group-history.ts";
import type { Happenings } from "./happenings.ts";
import { type Hearing, type Place, UnroutableError } from "./hearing.ts";
import type { Lane } from "./lanes/lane.ts";
import type { TurnRoom } from "./lanes/turn-room.ts";
import { PARK, type Step, WENT } from "./lanes/lanes.ts";
import { MAX_ATTEMPTS, PROVIDER_RETRY_MAX_MS } from "./limits.ts";
import type { Admitted, Matter } from "./matter.ts";
import { debounceMs } from "./policies.ts";
import { firstRun } from "./lanes/run-names.ts";
import { saidBy } from "./words/said.ts";
import type { Settling } from "./answers/settling.ts";
import type { Submission } from "./submission.ts";
import { UnheardGroups } from "./unheard-groups.ts";

export interface TakeUpDeps {
  readonly inbox: Pick<InboxRepository, "postpone">;
  readonly hearing: Hearing;
  readonly happenings: Happenings;
  readonly beginning: Beginning;
  readonly commands: Commands;
  readonly submission: Submission;
  readonly settling: Settling;
  readonly history: GroupHistory;
  readonly room: Pick<TurnRoom, "admits">;
  readonly durable: Durable;
  readonly config: () => OpenClawConfig;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes up the head of a lane: from a row to something an agent was told, or to the end of the row. */
export class TakeUp {
  readonly #deps: TakeUpDeps;
  readonly #unheard: UnheardGroups;

  constructor(deps: TakeUpDeps) {
    this.#deps = deps;
    this.#unheard = new UnheardGroups(deps.log);
  }

  /** One step of a lane; never rejects. */
  async step(lane: Lane): Promise<Step> {
    const { hearing, clock } = this.#deps;
    await lane.overtaking;
    const { head } = lane;
    const place = head && hearing.place(head.row);
    if (!head || !place) return PARK;
    const now = clock.now();
    const waitMs = dueMs(head, now);
    if (waitMs > 0) {
      this.overtake(lane, mayOvertake);
      return { kind: "wait", ms: waitMs };
    }
    const bundle = this.#bundle(lane, head, now);
    if (bundle.waitMs !== undefined) return { kind: "wait", ms: bundle.waitMs };
    try {
      return await this.#take(lane, place, bundle.entries);
    } catch (error) {
      return await this.#failed(lane, bundle.entries, error);
    }
  }

  /** The head with what belongs to it. */
  #bundle(lane: Lane, head: Entry, now: number): Bundle {
    if (head.row.runId !== undefined) return { entries: lane.begunTogether };
    // What somebody said before they said stop is no part of what they say after it.
    if (isStopped(lane, [head])) return { entries: [head] };
    return bundleOf(lane.entries, now, debounceMs(this.#deps.config(), lane.channel));
  }

  /** Lets commands of a lane go first, if they are such; what turns out to be for the model keeps its place. */
  overtake(lane: Lane, which: (entry: Entry) => boolean): void {
    for (const entry of lane.entries.filter(which)) {
      lane.overtaking = lane.overtaking.then(() => this.#goFirst(lane, entry));
    }
  }

  async #goFirst(lane: Lane, entry: Entry): Promise<void> {
    const { hearing, beginning, commands } = this.#deps;
    if (!lane.has(entry) || entry.asked || entry.row.runId !== undefined) return;
    try {
      const place = hearing.place(entry.row);
      const matter = place && this.#matter(lane, place, [entry]);
      if (!matter) return;
      const admission = await hearing.admit(matter.scene, matter.said.message);
      if (admission.state !== "admitted") return;
      const runId = firstRun(entry.row);
      if (await beginning.begin(lane, matter, runId))
        await commands.carryOut(lane, matter, { runId, admitted: admission });
    } catch (error) {
      // Its place in the lane is kept; what is wrong shows again there.
      if (!(error instanceof Stopped))
        this.#deps.log.debug("a command could not go first", { lane: lane.key, error });
    }
  }

  async #take(lane: Lane, place: Place, entries: readonly Entry[]): Promise<Step> {
    const { happenings } = this.#deps;
    const event = entries[0]?.event;
    switch (event?.kind) {
      case undefined:
        return PARK;
      case "unreadable":
        return this.#bury(lane, entries, event.reason);
      case "migration":
        return this.#settle(lane, entries, await happenings.migration(place, event));
      case "reaction":
        return this.#settle(lane, entries, await happenings.reaction(place, event));
      case "message":
      case "press":
        return this.#utterance(lane, place, entries);
    }
  }

  async #utterance(lane: Lane, place: Place, entries: readonly Entry[]): Promise<Step> {
    const { hearing, beginning, history } = this.#deps;
    const matter = this.#matter(lane, place, entries);
    if (!matter) return this.#bury(lane, entries, "There is nothing in it.");
    const { scene, said } = matter;
    const { messageIds } = said;
    this.#takeDraftAway(matter);
    const [first] = entries;
    const runId = first && (await beginning.resume(lane, matter, firstRun(first.row)));
    if (runId === undefined) return WENT;
    if (isStopped(lane, entries)) return this.#settle(lane, entries, "stopped");
    const admission = await hearing.admit(scene, said.message);
    switch (admission.state) {
      case "refused":
        this.#unheard.refused(scene, said.message, admission.reason);
        return this.#settle(lane, entries, `ignored:${admission.reason}`);
      case "stranger":
        return this.#stranger(lane, matter, admission.pairing);
      case "overheard":
        return this.#overheard(lane, matter);
      case "admitted": {
        if (scene.rules.ingestOnly) return this.#overheard(lane, matter);
        const wasOverheard = messageIds.map((id) => history.remove(lane.key, id, said.sender)).includes(true);
        if (said.isEdit && !wasOverheard)
          return this.#settle(lane, entries, this.#deps.happenings.edit(scene, said));
        return this.#say(lane, matter, { runId, admitted: admission });
      }
    }
  }

  /** Kept for the next message that is meant for us. */
  async #overheard(lane: Lane, matter: Matter): Promise<Step> {
    const { history } = this.#deps;
    const { said, scene, entries } = matter;
    const { messageId } = said.message;
    if (said.isEdit) history.edit(lane.key, { messageId, sender: said.sender, text: said.text });
    else history.add(lane.key, overheard(matter), scene.rules.historyLimit);
    return this.#settle(lane, entries, "overheard");
  }

  async #say(
    lane: Lane,
    matter: Matter,
    manner: { readonly runId: NonNullable<Entry["row"]["runId"]>; readonly admitted: Admitted },
  ): Promise<Step> {
    const { beginning, commands, submission, room } = this.#deps;
    if (!room.admits(matter.scene.route.sessionKey, lane)) {
      this.overtake(lane, mayOvertake);
      return PARK;
    }
    if (!(await beginning.begin(lane, matter, manner.runId))) return WENT;
    const choices = await commands.carryOut(lane, matter, manner);
    if (choices === "over") return WENT;
    return submission.submit(lane, matter, { ...manner, choices }, () => isStopped(lane, matter.entries));
  }

  /** What an earlier process showed of an answer that it did not bring to an end. */
  #takeDraftAway({ scene, entries }: Matter): void {
    for (const entry of entries) {
      const { draft, ...row } = entry.row;
      if (draft === undefined) continue;
      entry.row = row;
      void scene.connection.drafts?.discard(scene.target, draft);
    }
  }

  /** @throws UnroutableError */
  #matter(lane: Lane, place: Place, entries: readonly Entry[]): Matter | undefined {
    const said = saidBy(entries);
    if (!said) return undefined;
    const scene = this.#deps.hearing.scene(place, said.chat, said.sender);
    return { lane: lane.key, scene, entries, said };
  }

  async #stranger(lane: Lane, { scene, entries }: Matter, pairing: PairingNotice | undefined): Promise<Step> {
    if (!pairing) return this.#settle(lane, entries, "ignored:stranger");
    const { key, text } = pairing;
    const saying = { scene, messages: [{ text }], origin: "pairing", key };
    await this.#deps.settling.settle(entries, "pairing", saying);
    lane.remove(entries);
    return WENT;
  }

  async #settle(lane: Lane, entries: readonly Entry[], disposition: string): Promise<Step> {
    await this.#deps.settling.settle(entries, disposition);
    lane.remove(entries);
    return WENT;
  }

  async #bury(lane: Lane, entries: readonly Entry[], why: string): Promise<Step> {
    await this.#deps.settling.bury(entries, why);
    lane.remove(entries);
    return WENT;
  }

  /** The store was in trouble: that is no fault of the message. */
  async #uncount(entries: readonly Entry[], error: string): Promise<void> {
    const { durable, inbox, clock } = this.#deps;
    const counted = entries.filter(({ isCounted }) => isCounted);
    if (counted.length === 0) return;
    const ids = counted.map(({ row }) => row.id);
    const notBefore = clock.now();
    try {
      await durable.act("a message could not be put off", () =>
        inbox.postpone(ids, { error, notBefore, uncounted: true }),
      );
      for (const entry of counted) putOff(entry, notBefore, error);
    } catch (again) {
      if (!(again instanceof Stopped)) this.#deps.log.error("a message could not be put off", { ids, again });
    }
  }

  /** The store is waited for as long as it takes; what fails for another reason is tried a few times. */
  async #failed(lane: Lane, entries: readonly Entry[], error: unknown): Promise<Step> {
    const { durable, log } = this.#deps;
    if (error instanceof Stopped) return PARK;
    const ids = entries.map(({ row }) => row.id);
    if (durable.isPassing(error)) {
      durable.note(error, "a message could not be taken up");
      await this.#uncount(entries, error.message);
    } else {
      const why = error instanceof Error ? error.message : String(error);
      log.error("a message could not be taken up", {
        lane: lane.key,
        ids,
        error,
      });
      try {
        if (error instanceof UnroutableError) return await this.#bury(lane, entries, why);
        for (const entry of entries) entry.faults += 1;
        if (entries.some(({ faults }) => faults >= MAX_ATTEMPTS)) return await this.#bury(lane, entries, why);
      } catch {
        return { kind: "wait", ms: retryMs(MAX_ATTEMPTS) };
      }
    }
    lane.failures += 1;
    return { kind: "wait", ms: retryMs(lane.failures) };
  }
}

/** How long it is put off; a clock that was set back keeps nobody waiting longer than the longest wait. */
function dueMs({ row }: Entry, now: number): number {
  const ms = row.notBefore - now;
  return ms > PROVIDER_RETRY_MAX_MS ? 0 : ms;
}

/** Its sender has said stop since. */
function isStopped(lane: Lane, entries: readonly Entry[]): boolean {
  return entries.every(({ event, row }) => {
    if (event.kind !== "message" && event.kind !== "press") return false;
    const stoppedAt = lane.stops.get(event.sender.id);
    return stoppedAt !== undefined && row.id < stoppedAt;
  });
}

function overheard({ said }: Matter) {
  const { message, sender, text } = said;
  const media = message.kind === "message" ? message.media.map(({ kind }) => `<media:${kind}>`) : [];
  const words = [text, ...media].filter((part) => part !== "").join(" ");
  return { messageId: message.messageId, sender, text: words };
}

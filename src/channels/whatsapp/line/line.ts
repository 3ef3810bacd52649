import { accountOption } from "../../../config/index.ts";
import { rest } from "../../../lib/rest.ts";
import type { ChannelKeyRepository, KeyOwner } from "../../../store/index.ts";
import type { ChannelContext } from "../../channel.ts";
import { isGroup, isIgnoredChat, type OwnIds } from "../normalise/index.ts";
import {
  type BaileysLibrary,
  type Ending,
  loadBaileys,
  openSocket,
  type WebPlace,
  type WhatsappSocket,
} from "../socket/index.ts";
import { NOT_LINKED, reactionTo } from "./endings.ts";
import { Groups } from "./groups.ts";
import { Intake } from "./intake.ts";
import {
  ARRIVAL_MEMORY_MS,
  CLOSE_TIMEOUT_MS,
  RECONNECT_TRIES,
  SILENCE_MS,
  STEADY_MS,
  WATCH_INTERVAL_MS,
} from "./limits.ts";
import { linkedAs } from "./linked.ts";
import type { Observed } from "./observed.ts";
import { reconnectPause } from "./pause.ts";
import { type RecentMessage, RecentMessages } from "./recent.ts";
import { SentMessages } from "./sent.ts";

/** An open connection, and what is known beside it. */
export interface OpenLine {
  readonly socket: WhatsappSocket;
  readonly own: OwnIds;
  readonly recent: RecentMessages;
  readonly sent: SentMessages;
  readonly groups: Groups;
}

export interface LineDeps {
  readonly context: ChannelContext;
  readonly keys: ChannelKeyRepository;
  readonly place: WebPlace;
  readonly observed: Observed;
  /** 0 to 1, for the jitter of pauses. */
  readonly random: () => number;
  /** The open connection, or that there is none now. */
  readonly line: (line: OpenLine | undefined) => void;
  /** A message of somebody is in the inbox. */
  readonly taken: (message: RecentMessage) => void;
}

/** How keeping the line ended: told to, a person must act, or too many failures in a row. */
export type LineEnd = "stopped" | "blocked" | "gave-up";

interface Kept {
  readonly library: BaileysLibrary;
  readonly own: OwnIds;
  readonly owner: KeyOwner;
  readonly recent: RecentMessages;
  readonly sent: SentMessages;
  readonly intake: Intake;
}

/** Keeps an account connected, one socket at a time, until it is told to stop or must. @throws StoreError */
export async function keepLine(deps: LineDeps, signal: AbortSignal): Promise<LineEnd> {
  const { context, keys, observed } = deps;
  const { account, clock } = context;
  const owner: KeyOwner = { channel: "whatsapp", accountId: account.id };
  const option = accountOption(account.id);
  const creds = await keys.creds(owner);
  const own = linkedAs(creds);
  if (creds === undefined || own === undefined) {
    const fix = NOT_LINKED.fix(option);
    observed.blocked("not-linked", { kind: "auth", message: NOT_LINKED.message, fix });
    return "blocked";
  }
  observed.linked(creds.createdAt, {
    id: `+${own.number}`,
    ...(own.name !== undefined && { name: own.name }),
  });
  const library = await loadBaileys();
  await keys.prune(owner, clock.now() - ARRIVAL_MEMORY_MS);
  const recent = new RecentMessages();
  const groups = new GroupsOfLine(deps);
  const intake = new Intake(
    { ...deps, owner, library, own, recent, titleOf: (group) => groups.titleOf(group) },
    signal,
  );
  // What an earlier process decrypted and did not take in.
  intake.poke();
  const kept: Kept = { library, own, owner, recent, sent: new SentMessages(keys, owner), intake };
  while (!signal.aborted) {
    const ending = await connected(deps, kept, groups, signal);
    if (signal.aborted) break;
    const reaction = reactionTo(ending);
    context.log.info("the connection ended", { code: ending.code, reason: ending.message });
    if (reaction.do === "stop") {
      if (reaction.isUnlinked) {
        await intake.settled();
        await keys.clear(owner);
      }
      const { health, kind, message, fix } = reaction;
      observed.blocked(health, { kind, message, fix: fix(option) }, ending);
      return "blocked";
    }
    observed.ended(ending, reaction.do === "retry");
    if (reaction.do === "reconnect") continue;
    if (observed.failures >= RECONNECT_TRIES) return "gave-up";
    await rest(clock, reconnectPause(observed.failures, deps.random()), signal);
  }
  await intake.settled();
  return "stopped";
}

/** Opens one connection and settles when it is over; never rejects. */
async function connected(
  deps: LineDeps,
  { own, owner, recent, sent, intake }: Kept,
  groups: GroupsOfLine,
  signal: AbortSignal,
): Promise<Ending> {
  const { context, keys, place, observed } = deps;
  const { clock, log } = context;
  const over = Promise.withResolvers<Ending>();
  const opened = Promise.withResolvers<void>();
  let socket: WhatsappSocket;
  try {
    socket = await openSocket({
      keys,
      owner,
      place,
      egress: context.egress,
      log,
      isIgnored: isIgnoredChat,
      arrived: () => {
        observed.heard();
        intake.poke();
      },
      groupOf: (group) => groups.known(group),
      sentBefore: (id) => sent.get(id),
      heard(news) {
        if (news.kind === "frame") observed.alive();
        else if (news.kind === "open") opened.resolve();
        else if (news.kind === "closed") over.resolve(news.ending);
      },
    });
  } catch (error) {
    return { code: 0, message: error instanceof Error ? error.message : "connecting failed" };
  }
  const close = (message: string) => {
    void socket.close();
    // The other side may never say that it is over.
    clock.after(CLOSE_TIMEOUT_MS, () => over.resolve({ code: 0, message }));
  };
  const onAbort = () => close("it was stopped");
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  const beganAt = clock.now();
  const watch = clock.every(WATCH_INTERVAL_MS, () => {
    if (clock.now() - Math.max(observed.aliveAt ?? 0, beganAt) >= SILENCE_MS)
      close("nothing was heard any more");
  });
  const ended = over.promise.then(() => "over" as const);
  const first = await Promise.race([opened.promise.then(() => "open" as const), ended]);
  const steady = first === "open" ? clock.after(STEADY_MS, () => observed.steady()) : undefined;
  if (first === "open") {
    groups.use(socket);
    observed.opened();
    deps.line({ socket, own, recent, sent, groups: groups.current });
  }
  const ending = await over.promise;
  deps.line(undefined);
  signal.removeEventListener("abort", onAbort);
  watch.cancel();
  steady?.cancel();
  return ending;
}

/** What groups are called, asked over whichever connection there is. */
class GroupsOfLine {
  current: Groups;
  readonly #deps: LineDeps;

  constructor(deps: LineDeps) {
    this.#deps = deps;
    this.current = new Groups(deps.context.clock, () => Promise.reject(new Error("there is no connection")));
  }

  use({ wire }: WhatsappSocket): void {
    const groups = new Groups(this.#deps.context.clock, (group) => wire.groupMetadata(group));
    wire.ev.on("groups.update", (updates) => {
      for (const { id } of updates) if (id !== undefined) groups.forget(id);
    });
    wire.ev.on("group-participants.update", ({ id }) => groups.forget(id));
    this.current = groups;
  }

  titleOf(group: string): Promise<string | undefined> {
    return isGroup(group) ? this.current.titleOf(group) : Promise.resolve(undefined);
  }

  known(group: string) {
    return this.current.of(group);
  }
}

import type { Timer } from "../../lib/clock.ts";
import type { Channel, ChannelConnection, SendRate } from "../channel.ts";
import type { Accounts } from "../accounts/index.ts";
import type { Target } from "../outbound-message.ts";
import { CALLS_AT_ONCE, THROTTLED_CHATS } from "./limits.ts";
import { type Entry, Lane } from "./lane.ts";
import type { Pace } from "./pace.ts";
import { restAfter } from "./reactions.ts";

/** What an account sends with. */
export interface Way {
  readonly channel: Channel;
  readonly connection: ChannelConnection;
}

/** Open deliveries of one account: its lanes in the order of their turns, and what holds all of them up. */
export class AccountQueue {
  readonly lanes = new Map<string, Lane>();
  /** Calls under way. */
  underWay = 0;
  timer: Timer | undefined;
  readonly #key: string;
  #restsUntil = 0;
  #rests = 0;
  #throttledUntil = 0;
  #throttled = 0;

  constructor(
    readonly channel: string,
    readonly accountId: string,
    private readonly accounts: Accounts,
    private readonly pace: Pace,
  ) {
    this.#key = `${channel}\n${accountId}`;
  }

  /** Undefined while nothing can be sent. */
  get way(): Way | undefined {
    const channel = this.accounts.channel(this.channel);
    const connection = this.accounts.connection(this.channel, this.accountId);
    if (channel === undefined || connection === undefined) return undefined;
    return connection.status().lifecycle === "blocked" ? undefined : { channel, connection };
  }

  get size(): number {
    let size = 0;
    for (const lane of this.lanes.values()) size += lane.size;
    return size;
  }

  lane(key: string, target: Target): Lane {
    const found = this.lanes.get(key);
    if (found !== undefined) return found;
    const lane = new Lane(key, target);
    this.lanes.set(key, lane);
    return lane;
  }

  /** Ms until the account may make any call. */
  delay(channel: Channel, now: number): number {
    const held = Math.max(this.#restsUntil, this.#throttledUntil) - now;
    return Math.max(0, held, this.pace.delay(this.#key, channel.rates?.account ?? []));
  }

  /** Ms until a chat may be sent to. */
  chatDelay(channel: Channel, target: Target): number {
    return this.pace.delay(`${this.#key}\n${target.chatId}`, ratesOf(channel, target));
  }

  /** Counts a call to a lane, whose turn is last from now on. */
  begin(channel: Channel, lane: Lane): void {
    this.underWay += 1;
    this.pace.take(this.#key, channel.rates?.account ?? []);
    this.pace.take(`${this.#key}\n${lane.target.chatId}`, ratesOf(channel, lane.target));
    this.lanes.delete(lane.key);
    this.lanes.set(lane.key, lane);
  }

  get isFull(): boolean {
    return this.underWay >= CALLS_AT_ONCE;
  }

  /** A call arrived: whatever held the account up is over. */
  succeeded(): void {
    this.#throttled = 0;
    this.wake();
  }

  /** The account cannot send: a longer rest each time, until its connection says that it can. `now` is monotonic ms. */
  rest(now: number, random: number): void {
    this.#rests += 1;
    this.#restsUntil = now + restAfter(this.#rests, random);
  }

  wake(): void {
    this.#rests = 0;
    this.#restsUntil = 0;
  }

  /** A chat was told "later"; several in a row mean all of them. */
  throttled(until: number): void {
    this.#throttled += 1;
    if (this.#throttled >= THROTTLED_CHATS) this.#throttledUntil = Math.max(this.#throttledUntil, until);
  }

  remove(lane: Lane, entry: Entry): void {
    lane.remove(entry);
    // Another lane may have taken its place meanwhile.
    if (lane.size === 0 && this.lanes.get(lane.key) === lane) this.lanes.delete(lane.key);
  }
}

function ratesOf(channel: Channel, target: Target): readonly SendRate[] {
  return channel.rates?.chat(target) ?? [];
}

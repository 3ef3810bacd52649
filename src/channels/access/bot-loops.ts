import type { OpenClawConfig } from "../../config/index.ts";
import type { Clock } from "../../lib/clock.ts";
import {
  BOT_LOOP_COOLDOWN_SECONDS,
  BOT_LOOP_EVENTS,
  BOT_LOOP_WINDOW_SECONDS,
  MAX_WATCHED_BOTS,
} from "./limits.ts";

type LoopSettings = NonNullable<NonNullable<OpenClawConfig["channels"]>["defaults"]>["botLoopProtection"];

interface Watched {
  heardAt: number[];
  silentUntil: number;
}

/** Keeps two bots from answering each other for ever: one that says too much in a chat is not heard for a while. */
export class BotLoops {
  readonly #clock: Clock;
  readonly #watched = new Map<string, Watched>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts what a bot said in one chat; false when it is not to be heard. */
  hears(key: string, settings: LoopSettings): boolean {
    if (settings?.enabled === false) return true;
    const now = this.#clock.monotonic();
    const windowMs = (settings?.windowSeconds ?? BOT_LOOP_WINDOW_SECONDS) * 1_000;
    const bot = this.#watch(key);
    if (now < bot.silentUntil) return false;
    bot.heardAt = bot.heardAt.filter((at) => now - at < windowMs);
    if (bot.heardAt.length < (settings?.maxEventsPerWindow ?? BOT_LOOP_EVENTS)) {
      bot.heardAt.push(now);
      return true;
    }
    bot.heardAt = [];
    bot.silentUntil = now + (settings?.cooldownSeconds ?? BOT_LOOP_COOLDOWN_SECONDS) * 1_000;
    return false;
  }

  /** The one heard last stands last, so that the first is the one to forget. */
  #watch(key: string): Watched {
    const bot = this.#watched.get(key) ?? { heardAt: [], silentUntil: 0 };
    this.#watched.delete(key);
    this.#watched.set(key, bot);
    const [oldest] = this.#watched.keys();
    if (this.#watched.size > MAX_WATCHED_BOTS && oldest !== undefined) this.#watched.delete(oldest);
    return bot;
  }
}

import type { Chat, Person } from "../../fakes/telegram/index.ts";
import {
  answerMarks,
  heardIn,
  marked,
  TelegramWorld,
  type TelegramWorldOptions,
} from "../telegram/support/index.ts";

export interface TownOptions {
  /** Private chats. */
  readonly direct: number;
  /** Groups, in each of which one person speaks. */
  readonly groups?: number;
  readonly world?: TelegramWorldOptions;
}

/** One chat, who speaks in it, and what was said. */
export interface Place {
  readonly chat: Chat;
  readonly speaker: Person;
  /** Marks, in order. */
  readonly said: string[];
}

/** What went wrong in one chat; nothing when it is as it should be. */
export interface Wrong {
  readonly chat: number;
  readonly said: readonly string[];
  readonly heard: readonly string[];
}

/** A bot with many chats, everybody in them heard, and a model that says every mark back. */
export class Town implements AsyncDisposable {
  #number = 0;

  private constructor(
    readonly world: TelegramWorld,
    readonly places: readonly Place[],
  ) {}

  static async start({ direct, groups = 0, world: options = {} }: TownOptions): Promise<Town> {
    const world = await TelegramWorld.start({
      ...options,
      telegram: {
        dmPolicy: "open",
        allowFrom: ["*"],
        groupPolicy: "open",
        groups: { "*": { requireMention: false } },
        ...options.telegram,
      },
      config: { session: { dmScope: "per-channel-peer" }, ...options.config },
    });
    answerMarks(world.model);
    const { telegram, bot } = world;
    const alone = Array.from({ length: direct }, (): Place => {
      const speaker = telegram.user();
      return { speaker, chat: speaker.chat(bot), said: [] };
    });
    const together = Array.from({ length: groups }, (): Place => {
      const speaker = telegram.user();
      return { speaker, chat: telegram.supergroup({ members: [[bot, "administrator"], speaker] }), said: [] };
    });
    return new Town(world, [...alone, ...together]);
  }

  /** Somebody says something nobody said before. */
  say(place: Place): string {
    this.#number += 1;
    const words = marked(Math.abs(place.chat.id), this.#number);
    place.said.push(words);
    place.speaker.says(words, { in: place.chat });
    return words;
  }

  /** Everybody in turn, until so many things were said. */
  burst(messages: number): void {
    for (let count = 0; count < messages; count += 1) {
      const place = this.places[count % this.places.length];
      if (place) this.say(place);
    }
  }

  /** All that was said. */
  get said(): string[] {
    return this.places.flatMap(({ said }) => said);
  }

  heard({ chat }: Place): string[] {
    return heardIn(chat, this.world.bot);
  }

  /** Settles when the bot has said at least so many marks. */
  async answered(marks: number, timeoutMs: number): Promise<void> {
    const count = () => this.places.reduce((sum, place) => sum + this.heard(place).length, 0);
    await this.world.telegram.journal
      .when(`${marks} answers`, () => count() >= marks, timeoutMs)
      .catch((error: unknown) => {
        throw new Error(`${String(error)}: ${count()} came\n${this.world.gateway.output()}`);
      });
  }

  /** Chats in which something was not answered, answered twice, or answered in another order than it was said. */
  wrong(): Wrong[] {
    return this.places.flatMap((place) => {
      const heard = this.heard(place);
      const isRight =
        heard.length === place.said.length && heard.every((mark, at) => mark === place.said[at]);
      return isRight ? [] : [{ chat: place.chat.id, said: place.said, heard }];
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }
}

import { FakeTelegram } from "./server.ts";
import type { Bot } from "./state/bot.ts";
import type { Person } from "./people.ts";

/** What somebody said and when the answer to it came, both epoch ms with fractions. */
export interface Exchange {
  readonly person: number;
  readonly said: string;
  readonly saidAt: number;
  /** Nothing when no message with the same words came back in that chat. */
  readonly answeredAt?: number;
}

/** The id of the first person of a crowd. */
const FIRST_ID = 100_000;

/**
 * People who write to a bot and look for their own words in what it answers, for measurements: what a person says is
 * `ECHO <person>-<number>`, which the fake model says back.
 */
export class Crowd {
  readonly #people: Person[];

  constructor(
    readonly telegram: FakeTelegram,
    readonly bot: Bot,
    size: number,
  ) {
    this.#people = Array.from({ length: size }, (_, index) => telegram.user({ id: FIRST_ID + index }));
    for (const person of this.#people) person.chat(bot);
  }

  /** Everybody says one thing after the other, each when the one before was answered, until patience is over. */
  async converse(rounds: number, patienceMs: number): Promise<Exchange[]> {
    const deadline = performance.now() + patienceMs;
    const talks = this.#people.map(async (person) => {
      const exchanges: Exchange[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const exchange = await this.#answered(this.#say(person), deadline);
        exchanges.push(exchange);
        if (exchange.answeredAt === undefined) break;
      }
      return exchanges;
    });
    return (await Promise.all(talks)).flat();
  }

  /** So many messages at once, each person in turn; ends when all are answered or patience is over. */
  async burst(messages: number, patienceMs: number): Promise<Exchange[]> {
    const said = Array.from({ length: messages }, (_, index) => {
      const person = this.#people[index % this.#people.length];
      if (!person) throw new Error("a burst needs people");
      return this.#say(person);
    });
    const deadline = performance.now() + patienceMs;
    return Promise.all(said.map((exchange) => this.#answered(exchange, deadline)));
  }

  #say(person: Person): Exchange {
    const said = `${person.id}-${this.telegram.world.number()}`;
    person.says(`ECHO ${said}.`, { in: person.chat(this.bot) });
    return { person: person.id, said, saidAt: performance.timeOrigin + performance.now() };
  }

  /** The call whose text holds the same words; the full stop keeps `1-1` out of `1-10`. */
  async #answered(exchange: Exchange, deadline: number): Promise<Exchange> {
    const { journal } = this.telegram;
    const chatId = String(exchange.person);
    const words = `${exchange.said}.`;
    let from = 0;
    try {
      const call = await journal.when(
        `the answer to ${words}`,
        () => {
          // What was looked at once is not looked at again, or a long run would be quadratic.
          for (; from < journal.calls.length; from += 1) {
            const candidate = journal.calls[from];
            if (candidate?.chatId === chatId && candidate.text?.includes(words)) return candidate;
          }
          return undefined;
        },
        Math.max(1, deadline - performance.now()),
      );
      return { ...exchange, answeredAt: call.arrivedAt };
    } catch {
      return exchange;
    }
  }
}

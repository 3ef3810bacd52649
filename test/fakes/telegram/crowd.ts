import type { FakeTelegram } from "./server.ts";
import type { Call } from "./journal.ts";
import type { Bot } from "./state/bot.ts";
import type { Person } from "./people.ts";

/** What somebody said and when the answer to it came, both epoch ms with fractions. */
export interface Exchange {
  readonly person: number;
  /** The mark in what was said, which nobody else has. */
  readonly mark: string;
  readonly saidAt: number;
  /** Nothing when no answer came. */
  readonly answeredAt?: number;
  readonly answer?: string;
}

/** The id of the first person of a crowd. */
const FIRST_ID = 100_000;

interface Waiting {
  readonly hears: (call: Call) => void;
}

/** People who write to a bot and wait for what it answers, for measurements. */
export class Crowd implements Disposable {
  readonly #people: Person[];
  /** Who waits for an answer, by chat: thousands may. */
  readonly #waiting = new Map<number, Set<Waiting>>();
  readonly #unlisten: () => void;

  constructor(
    readonly telegram: FakeTelegram,
    readonly bot: Bot,
    size: number,
  ) {
    this.#people = Array.from({ length: size }, (_, index) => telegram.user({ id: FIRST_ID + index }));
    for (const person of this.#people) person.chat(bot);
    this.#unlisten = telegram.journal.listen((call) => this.#heard(call));
  }

  [Symbol.dispose](): void {
    this.#unlisten();
  }

  /**
   * Everybody says one thing after the other, each when the one before was answered, until patience is over. Answers
   * are the times (epoch ms) at which the fake model spoke.
   */
  async converse(rounds: number, patienceMs: number): Promise<Exchange[]> {
    const deadline = performance.now() + patienceMs;
    const talks = this.#people.map(async (person) => {
      const exchanges: Exchange[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const said = this.#say(person, "TIMES n=1 ms=0");
        const exchange = await this.#answered(said, () => true, deadline);
        exchanges.push(exchange);
        if (exchange.answeredAt === undefined) break;
      }
      return exchanges;
    });
    return (await Promise.all(talks)).flat();
  }

  /**
   * So many messages at once, each person in turn; ends when all are answered or patience is over. The fake model says
   * their marks back, by which answers are known.
   */
  async burst(messages: number, patienceMs: number): Promise<Exchange[]> {
    const said = Array.from({ length: messages }, (_, index) => {
      const person = this.#people[index % this.#people.length];
      if (!person) throw new Error("a burst needs people");
      return this.#say(person, "ECHO");
    });
    const deadline = performance.now() + patienceMs;
    return Promise.all(
      said.map((exchange) => this.#answered(exchange, (text) => text.includes(exchange.mark), deadline)),
    );
  }

  #say(person: Person, order: string): Exchange {
    // The full stop keeps `1-1` out of `1-10`.
    const mark = `${person.id}-${this.telegram.world.number()}.`;
    const saidAt = performance.timeOrigin + performance.now();
    person.says(`${order} ${mark}`, { in: person.chat(this.bot) });
    return { person: person.id, mark, saidAt };
  }

  async #answered(
    exchange: Exchange,
    isAnswer: (text: string) => boolean,
    deadline: number,
  ): Promise<Exchange> {
    const { promise, resolve } = Promise.withResolvers<Exchange>();
    const waiting: Waiting = {
      hears: ({ text, arrivedAt }) => {
        if (text !== undefined && isAnswer(text))
          resolve({ ...exchange, answeredAt: arrivedAt, answer: text });
      },
    };
    const ofChat = this.#waiting.get(exchange.person) ?? new Set();
    this.#waiting.set(exchange.person, ofChat.add(waiting));
    const timer = setTimeout(() => resolve(exchange), Math.max(1, deadline - performance.now()));
    const result = await promise;
    clearTimeout(timer);
    ofChat.delete(waiting);
    return result;
  }

  #heard(call: Call): void {
    for (const waiting of this.#waiting.get(Number(call.chatId)) ?? []) waiting.hears(call);
  }
}

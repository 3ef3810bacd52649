import { within } from "../../support/wait.ts";
import type { Person } from "./people/person.ts";
import type { FakeWhatsapp } from "./server.ts";

/** What somebody said and when the answer to it came, both epoch ms. */
export interface Exchange {
  readonly person: string;
  /** The mark in what was said, which nobody else has. */
  readonly mark: string;
  readonly saidAt: number;
  /** Nothing when no answer came. */
  readonly answeredAt?: number;
  readonly answer?: string;
}

/** The number of the first person of a crowd. */
const FIRST_NUMBER = 15_560_000;

/** People who write to the first phone and wait for what its device answers, for measurements. */
export class Crowd {
  readonly #people: Person[];

  constructor(
    readonly fake: FakeWhatsapp,
    size: number,
  ) {
    this.#people = Array.from({ length: size }, (_, index) => {
      const number = String(FIRST_NUMBER + index);
      return fake.people.find((one) => one.number === number) ?? fake.person(number);
    });
  }

  /** Everybody says one thing after the other, each when the one before was answered, until patience is over. */
  async converse(rounds: number, patienceMs: number): Promise<Exchange[]> {
    const deadline = performance.now() + patienceMs;
    const talks = this.#people.map(async (person) => {
      const exchanges: Exchange[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const exchange = await this.#exchange(person, deadline);
        exchanges.push(exchange);
        if (exchange.answeredAt === undefined) break;
      }
      return exchanges;
    });
    return (await Promise.all(talks)).flat();
  }

  /** So many messages at once, each person in turn; ends when all are answered or patience is over. */
  async burst(messages: number, patienceMs: number): Promise<Exchange[]> {
    const deadline = performance.now() + patienceMs;
    const all = Array.from({ length: messages }, (_, index) => {
      const person = this.#people[index % this.#people.length];
      if (!person) throw new Error("a burst needs people");
      return this.#exchange(person, deadline);
    });
    return Promise.all(all);
  }

  /** Says something the fake model repeats, with a mark, and waits for the answer that has the mark. */
  async #exchange(person: Person, deadline: number): Promise<Exchange> {
    // The full stop keeps `1-1` out of `1-10`.
    const mark = `${person.number}-${this.fake.world.number()}.`;
    const saidAt = Date.now();
    await person.says(`ECHO ${mark}`);
    const answer = () => person.received().find(({ text }) => text?.includes(mark));
    const left = Math.max(1, deadline - performance.now());
    const found = await within("an answer", this.fake.journal.when("it", answer, Infinity), left).catch(
      () => undefined,
    );
    const said = { person: person.number, mark, saidAt };
    return found?.text === undefined ? said : { ...said, answeredAt: Date.now(), answer: found.text };
  }
}

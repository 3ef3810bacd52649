import type { Choice, Prompts, TextQuestion } from "../terminal/prompts.ts";
import type { Progress } from "./progress.ts";

/**
 * A person who is asked one thing after the other. What was answered before is not asked again: an answer that is no
 * secret is kept under its id, which begins with the step it belongs to.
 */
export class Interview {
  constructor(
    readonly prompts: Prompts,
    readonly progress: Progress,
  ) {}

  async text(id: string, ask: TextQuestion): Promise<string> {
    const known = this.progress.answer(id);
    if (typeof known === "string" && ask.check?.(known) === undefined) return known;
    return this.#keep(id, await this.prompts.text(ask));
  }

  async confirm(id: string, question: string, initial: boolean): Promise<boolean> {
    const known = this.progress.answer(id);
    if (typeof known === "boolean") return known;
    return this.#keep(id, await this.prompts.confirm({ question, initial }));
  }

  /** One of the choices. */
  async select<T extends string>(
    id: string,
    question: string,
    choices: readonly Choice<T>[],
    initial?: T,
  ): Promise<T> {
    const known = choices.find(({ value }) => value === this.progress.answer(id));
    if (known) return known.value;
    return this.#keep(
      id,
      await this.prompts.select({ question, choices, ...(initial !== undefined && { initial }) }),
    );
  }

  /** A secret; it is never kept, so it is asked again until its step is carried out. */
  secret(ask: Parameters<Prompts["secret"]>[0]): Promise<string> {
    return this.prompts.secret(ask);
  }

  /** Carries a step out, unless it was in an earlier run. */
  async step(id: string, work: () => Promise<void>): Promise<void> {
    if (this.progress.isDone(id)) return;
    await work();
    this.progress.done(id);
  }

  #keep<T extends string | boolean>(id: string, answer: T): T {
    this.progress.keep(id, answer);
    return answer;
  }
}

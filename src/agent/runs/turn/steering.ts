import type { Sender } from "../../sender.ts";
import type { LiveRun } from "../live-run.ts";

/** Something said into a turn that is under way. */
export type Steered =
  | { readonly kind: "run"; readonly run: LiveRun }
  | { readonly kind: "words"; readonly text: string; readonly sender: Sender };

/** What was said into a turn and the model has not seen yet. */
export class Steering {
  #waiting: Steered[] = [];
  #isClosed = false;

  /** False when the turn takes nothing more. */
  add(steered: Steered): boolean {
    if (this.#isClosed) return false;
    this.#waiting.push(steered);
    return true;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Words wait that belong to no run of their own, so nobody else would take them up. */
  get hasWords(): boolean {
    return this.#waiting.some(({ kind }) => kind === "words");
  }

  /** Runs that wait here. */
  get runs(): readonly LiveRun[] {
    return this.#waiting.flatMap((steered) => (steered.kind === "run" ? [steered.run] : []));
  }

  /** Everything that waits, in order; the words alone when the turn would be over without them. */
  take(what: "all" | "words"): readonly Steered[] {
    const taken = what === "all" ? this.#waiting : this.#waiting.filter(({ kind }) => kind === "words");
    this.#waiting = what === "all" ? [] : this.#waiting.filter(({ kind }) => kind === "run");
    return taken;
  }

  /** Puts in front what was taken and could not be heard. */
  putBack(taken: readonly Steered[]): void {
    this.#waiting.unshift(...taken);
  }

  /** Takes a run out again; false when the model has seen it. */
  remove(run: LiveRun): boolean {
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter((steered) => steered.kind !== "run" || steered.run !== run);
    return this.#waiting.length < before;
  }

  /** The turn is over: the runs that were not heard are given back. */
  close(): readonly LiveRun[] {
    this.#isClosed = true;
    const { runs } = this;
    this.#waiting = [];
    return runs;
  }
}

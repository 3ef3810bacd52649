/** Listeners by name, called in the order they were added. */
export class Signals<Names extends object> {
  readonly #listeners = new Map<keyof Names, Set<(value: never) => void>>();

  /** Adds a listener; the returned function removes it. */
  on<N extends keyof Names>(name: N, listener: (value: Names[N]) => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  /** Calls every listener of `name`. */
  emit<N extends keyof Names>(name: N, value: Names[N]): void {
    for (const listener of this.#listeners.get(name) ?? []) (listener as (value: Names[N]) => void)(value);
  }
}

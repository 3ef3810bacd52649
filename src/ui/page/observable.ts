import { useEffect, useState } from "preact/hooks";

/** A value that tells when it changes. */
export class Observable<T> {
  #value: T;
  readonly #listeners = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Replaces the value; everybody hears of it, unless it is the same. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener(value);
  }

  /** Hears every new value; the returned function ends that. */
  on(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

/** The value, drawn anew when it changes. */
export function useObservable<T>(observable: Observable<T>): T {
  const [, draw] = useState(0);
  const drawn = observable.value;
  useEffect(() => {
    const stop = observable.on(() => draw((count) => count + 1));
    // Listening begins some time after drawing: what changed between would stay unseen.
    if (!Object.is(drawn, observable.value)) draw((count) => count + 1);
    return stop;
  }, [observable]);
  return drawn;
}

import { expect } from "bun:test";

/** Matches what was recorded: `<name>` stands for one unknown value, the same wherever the name is repeated. */
export class Recording {
  readonly #bound = new Map<string, unknown>();

  fill(value: unknown): unknown {
    if (typeof value === "string") return this.#bound.get(value) ?? value;
    if (Array.isArray(value)) return value.map((item) => this.fill(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.fill(item)]));
  }

  bind(placeholder: string, value: unknown): void {
    this.#bound.set(placeholder, value);
  }

  /** Every key recorded must be there; keys may be added. */
  check(expected: unknown, actual: unknown, path = "$"): void {
    if (typeof expected === "string" && /^<.+>$/.test(expected)) {
      if (expected === "<ts>") return expect(actual, path).toBeNumber();
      if (!this.#bound.has(expected)) this.#bound.set(expected, actual);
      return expect(actual, path).toEqual(this.#bound.get(expected));
    }
    if (Array.isArray(expected)) {
      expect(actual, path).toBeArrayOfSize(expected.length);
      expected.forEach((item, index) => this.check(item, (actual as unknown[])[index], `${path}[${index}]`));
      return;
    }
    if (typeof expected !== "object" || expected === null) return expect(actual, path).toEqual(expected);
    expect(actual, path).toBeObject();
    for (const [key, item] of Object.entries(expected)) {
      const found = (actual as Record<string, unknown>)[key];
      // What was left of the time-out depended on the day; where time is held, all of it is left.
      if (key === "timeoutMs") expect(found, path).toBeGreaterThanOrEqual(Number(item));
      else this.check(item, found, `${path}.${key}`);
    }
  }
}

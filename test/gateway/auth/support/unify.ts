/** Values that placeholders of a transcript stand for, such as `<b64-4>`; the same one always means the same value. */
export class Bindings {
  readonly #values = new Map<string, string>();

  bind(placeholder: string, value: string): void {
    this.#values.set(placeholder, value);
  }

  /** What a placeholder stands for; undefined when it has not been met. */
  valueOf(placeholder: string): string | undefined {
    return this.#values.get(placeholder);
  }

  /** `template` with every known placeholder put in, and unknown ones taken from the same place of `actual`. */
  fill(template: unknown, actual: unknown): unknown {
    if (typeof template === "string") return this.#fillText(template, actual);
    if (Array.isArray(template)) {
      const items: readonly unknown[] = Array.isArray(actual) ? actual : [];
      return template.map((entry, at) => this.fill(entry, items[at]));
    }
    if (typeof template === "object" && template !== null) {
      return Object.fromEntries(
        Object.entries(template).map(([key, value]) => [key, this.fill(value, fieldOf(actual, key))]),
      );
    }
    return template;
  }

  #fillText(template: string, actual: unknown): unknown {
    if (template === "<ts>") return typeof actual === "number" ? actual : template;
    if (/^<[a-z0-9]+-\d+>$/.test(template) && typeof actual === "string" && !this.#values.has(template)) {
      const isTaken = [...this.#values.values()].includes(actual);
      if (!isTaken) this.bind(template, actual);
    }
    return template.replace(/<[a-z0-9-]+>/g, (placeholder) => this.#values.get(placeholder) ?? placeholder);
  }
}

/** A member of an object of unknown shape. */
export function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
}

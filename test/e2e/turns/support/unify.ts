/**
 * What the placeholders of a recording stand for: `<uuid-1>`, `<home>`, `<probe-session>` mean the same value wherever
 * they are repeated, also inside a longer text. `<ts>` and `<num>` are any number, `<words>` any text, `<any>` anything.
 */
export class Unifier {
  readonly #known = new Map<string, string>();

  bind(placeholder: string, value: string): void {
    this.#known.set(placeholder, value);
  }

  /** `recorded` with every known placeholder put in; `fresh` makes a value for one that is not known yet. */
  fill(recorded: unknown, fresh: (placeholder: string) => string): unknown {
    if (typeof recorded === "string") {
      return recorded.replaceAll(PLACEHOLDER, (placeholder) => {
        const value = this.#known.get(placeholder) ?? fresh(placeholder);
        this.#known.set(placeholder, value);
        return value;
      });
    }
    if (Array.isArray(recorded)) return recorded.map((item) => this.fill(item, fresh));
    if (typeof recorded !== "object" || recorded === null) return recorded;
    return Object.fromEntries(Object.entries(recorded).map(([key, value]) => [key, this.fill(value, fresh)]));
  }

  /** Where `actual` is not what was recorded, as `path: why`; keys may have been added. */
  differences(recorded: unknown, actual: unknown, path: string): string[] {
    if (recorded === "<any>") return actual === undefined ? [`${path}: missing`] : [];
    if (recorded === "<ts>" || recorded === "<num>") {
      return typeof actual === "number" ? [] : [`${path}: a number, not ${show(actual)}`];
    }
    if (recorded === "<words>") {
      return typeof actual === "string" && actual !== "" ? [] : [`${path}: a text, not ${show(actual)}`];
    }
    if (typeof recorded === "string") return this.#differentText(recorded, actual, path);
    if (Array.isArray(recorded)) {
      if (!Array.isArray(actual)) return [`${path}: a list, not ${show(actual)}`];
      if (actual.length !== recorded.length) {
        return [`${path}: ${recorded.length} items, not ${actual.length}: ${show(actual)}`];
      }
      return recorded.flatMap((item, index) => this.differences(item, actual[index], `${path}[${index}]`));
    }
    if (typeof recorded !== "object" || recorded === null) {
      return recorded === actual ? [] : [`${path}: ${show(recorded)}, not ${show(actual)}`];
    }
    if (typeof actual !== "object" || actual === null) return [`${path}: an object, not ${show(actual)}`];
    return Object.entries(recorded).flatMap(([key, value]) =>
      this.differences(value, Reflect.get(actual, key), `${path}.${key}`),
    );
  }

  #differentText(recorded: string, actual: unknown, path: string): string[] {
    if (typeof actual !== "string") return [`${path}: ${show(recorded)}, not ${show(actual)}`];
    const unknown: string[] = [];
    const pattern = recorded.split(PLACEHOLDER_SPLIT).map((part) => {
      if (!part.startsWith("<")) return escaped(part);
      const value = this.#known.get(part);
      if (value !== undefined) return escaped(value);
      unknown.push(part);
      return "(.+?)";
    });
    const found = new RegExp(`^${pattern.join("")}$`, "s").exec(actual);
    if (!found) return [`${path}: ${show(recorded)}, not ${show(actual)}`];
    unknown.forEach((placeholder, index) => this.bind(placeholder, found[index + 1] ?? ""));
    return [];
  }
}

const PLACEHOLDER = /<[a-z][a-z0-9-]*>/g;
const PLACEHOLDER_SPLIT = /(<[a-z][a-z0-9-]*>)/;

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

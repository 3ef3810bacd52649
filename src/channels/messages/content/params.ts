import { invalidRequest } from "../../../protocol/index.ts";

/** Reads the open params of an action, under any of the names they have had. */
export class Params {
  constructor(
    readonly action: string,
    private readonly values: Readonly<Record<string, unknown>>,
  ) {}

  /** Text or a number as text; undefined when absent or blank. */
  text(...names: string[]): string | undefined {
    for (const name of names) {
      const value = this.values[name];
      if (typeof value === "string" && value.trim() !== "") return value.trim();
      if (typeof value === "number" && Number.isFinite(value)) return String(value);
    }
    return undefined;
  }

  /** Text as it was written, blanks at its ends included. */
  verbatim(...names: string[]): string | undefined {
    for (const name of names) {
      const value = this.values[name];
      if (typeof value === "string" && value.trim() !== "") return value;
    }
    return undefined;
  }

  /** @throws ProtocolError when absent */
  required(what: string, ...names: string[]): string {
    const value = this.text(what, ...names);
    if (value === undefined) throw invalidRequest(`${this.action} needs ${what}`);
    return value;
  }

  flag(...names: string[]): boolean {
    return names.some((name) => this.values[name] === true || this.values[name] === "true");
  }

  /** True or false as said; undefined when nothing was said. */
  choice(name: string): boolean | undefined {
    const value = this.values[name];
    if (value === true || value === "true") return true;
    return value === false || value === "false" ? false : undefined;
  }

  /** A whole number above zero. @throws ProtocolError for anything else */
  whole(...names: string[]): number | undefined {
    const value = this.text(...names);
    if (value === undefined) return undefined;
    if (!/^[1-9]\d{0,14}$/.test(value)) {
      throw invalidRequest(`${names[0] ?? ""} of ${this.action} must be a positive integer`);
    }
    return Number(value);
  }

  /** Texts of a list, or of one; without blanks. */
  list(...names: string[]): readonly string[] {
    for (const name of names) {
      const value = this.values[name];
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      const texts = items.flatMap((item) =>
        typeof item === "string" || typeof item === "number" ? [String(item).trim()] : [],
      );
      const filled = texts.filter((text) => text !== "");
      if (filled.length > 0) return filled;
    }
    return [];
  }

  /** An object, or JSON text of one. @throws ProtocolError for text that is none */
  object(name: string): unknown {
    const value = this.values[name];
    if (typeof value !== "string" || value.trim() === "") return value === "" ? undefined : value;
    try {
      return JSON.parse(value);
    } catch {
      throw invalidRequest(`${name} of ${this.action} is no valid JSON`);
    }
  }
}

import { type ConfigPath, mapStrings } from "../document/index.ts";
import { formatPath } from "../key-path.ts";

/** A `${NAME}` that nothing sets. */
export interface MissingVariable {
  readonly name: string;
  readonly path: string;
}

export interface Substituted {
  readonly value: unknown;
  readonly missing: readonly MissingVariable[];
  /** Dotted paths of the strings that were filled in. */
  readonly filled: ReadonlySet<string>;
}

const REFERENCE = /\$\$\{([A-Z_][A-Z0-9_]*)\}|\$\{([A-Z_][A-Z0-9_]*)\}/g;

/** What a person is told about a variable that nothing sets. */
export function missingVariableMessage(name: string): string {
  return `Missing env var "${name}" - feature using this value will be unavailable`;
}

/**
 * Replaces `${NAME}` in every string. A name that nothing sets stays as written and is listed; `$${NAME}` becomes
 * the literal `${NAME}`. Keys are never touched.
 */
export function substituteVariables(
  value: unknown,
  lookup: (name: string) => string | undefined,
): Substituted {
  const missing: MissingVariable[] = [];
  const filled = new Set<string>();
  const replace = (text: string, path: ConfigPath): string => {
    if (!text.includes("${")) return text;
    return text.replaceAll(REFERENCE, (whole, escaped: string | undefined, name: string | undefined) => {
      if (escaped !== undefined) return `\${${escaped}}`;
      const found = name === undefined ? undefined : lookup(name);
      if (found !== undefined && found !== "") {
        filled.add(formatPath(path));
        return found;
      }
      if (name !== undefined) missing.push({ name, path: formatPath(path) });
      return whole;
    });
  };
  return { value: mapStrings(value, replace), missing, filled };
}

/** The one variable a string consists of (`"${NAME}"`, or `"$NAME"` on secret fields); `undefined` for other text. */
export function wholeReference(text: string): string | undefined {
  return /^\$\{([A-Z][A-Z0-9_]{0,127})\}$/.exec(text)?.[1] ?? /^\$([A-Z][A-Z0-9_]{0,127})$/.exec(text)?.[1];
}

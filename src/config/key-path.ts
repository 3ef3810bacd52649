/** One step of a path into the configuration: an object key, or an index of a list. */
export type PathStep = string | number;

const PLAIN_KEY = /^[^.[\]"'\s]+$/;

/** `["a", "b.c", 0]` → `a["b.c"].0`; the root is the empty string. */
export function formatPath(steps: readonly PathStep[]): string {
  let path = "";
  for (const step of steps) path = joinPath(path, step);
  return path;
}

/** One step further than `path`. */
export function joinPath(path: string, step: PathStep): string {
  if (typeof step === "number" || PLAIN_KEY.test(step)) return path === "" ? `${step}` : `${path}.${step}`;
  return `${path}[${JSON.stringify(step)}]`;
}

/**
 * The steps of a dotted or bracketed path: `a.b`, `a[0].b`, `a["b.c"]`, `a['b.c']`. Indexes stay strings; whether one
 * is an index is for the value to say. Returns `undefined` for a path that is not well formed; the empty string is the root.
 */
export function parsePath(path: string): string[] | undefined {
  const steps: string[] = [];
  let at = 0;
  while (at < path.length) {
    if (path[at] === "[") {
      const step = bracketAt(path, at);
      if (!step) return undefined;
      steps.push(step.key);
      at = step.end;
    } else {
      if (steps.length > 0) {
        if (path[at] !== ".") return undefined;
        at += 1;
      }
      const key = /^[^.[\]]+/.exec(path.slice(at))?.[0];
      if (key === undefined) return undefined;
      steps.push(key);
      at += key.length;
    }
  }
  return steps;
}

function bracketAt(path: string, start: number): { key: string; end: number } | undefined {
  const rest = path.slice(start);
  const bare = /^\[([^\]"']+)\]/.exec(rest);
  if (bare?.[1] !== undefined) return { key: bare[1], end: start + bare[0].length };
  const quoted = /^\[("(?:[^"\\]|\\.)*")\]/.exec(rest);
  if (quoted?.[1] !== undefined) {
    const key = unquote(quoted[1]);
    return key === undefined ? undefined : { key, end: start + quoted[0].length };
  }
  const single = /^\['([^']*)'\]/.exec(rest);
  return single?.[1] === undefined ? undefined : { key: single[1], end: start + single[0].length };
}

function unquote(text: string): string | undefined {
  try {
    const key: unknown = JSON.parse(text);
    return typeof key === "string" ? key : undefined;
  } catch {
    return undefined;
  }
}

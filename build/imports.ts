import { posix } from "node:path";

/** One import of a source file. */
export interface Import {
  /** Importing file, relative to the project, with `/`. */
  readonly from: string;
  readonly specifier: string;
  /** Imported file for a relative specifier; undefined for packages and built-in modules. */
  readonly to: string | undefined;
  /** True for `import(…)`, which runs later. */
  readonly dynamic: boolean;
  readonly line: number;
}

const COMMENT = /\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm;
const STATIC = /^[ \t]*(?:import|export)\b[^;"'`]*?\bfrom\s*"([^"]+)"|^[ \t]*import\s*"([^"]+)"/gm;
const TYPE_QUERY = /\btypeof\s+import\(\s*"([^"]+)"\s*\)/g;
const DYNAMIC = /(?<!typeof\s+)\bimport\(\s*(?:"([^"]+)")?/g;

/** Specifier of an `import(…)` whose argument is no string literal, so that nothing can be said about it. */
export const UNKNOWN_SPECIFIER = "(computed)";

/**
 * Every import of one file: static, re-exported, type-only and dynamic. It relies on the formatter: statements begin
 * a line and strings have double quotes.
 */
export function importsOf(path: string, source: string): Import[] {
  const code = source.replace(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, " "));
  const found: Import[] = [];
  const add = (specifier: string, index: number, dynamic: boolean) => {
    const to = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
    found.push({ from: path, specifier, to, dynamic, line: code.slice(0, index).split("\n").length });
  };
  for (const match of code.matchAll(STATIC)) add(match[1] ?? match[2] ?? "", match.index, false);
  for (const match of code.matchAll(TYPE_QUERY)) add(match[1] ?? "", match.index, false);
  for (const match of code.matchAll(DYNAMIC)) add(match[1] ?? UNKNOWN_SPECIFIER, match.index, true);
  return found;
}

/** Groups of files that import each other in a circle, each group sorted; dynamic imports do not count. */
export function cycles(imports: readonly Import[]): string[][] {
  const edges = new Map<string, string[]>();
  for (const { from, to, dynamic } of imports) {
    if (to !== undefined && !dynamic) edges.set(from, [...(edges.get(from) ?? []), to]);
  }
  const visit: Visit = { edges, index: new Map(), low: new Map(), stack: [], groups: [] };
  for (const file of edges.keys()) {
    if (!visit.index.has(file)) connect(file, visit);
  }
  return visit.groups.filter(
    (group) => group.length > 1 || group.some((file) => edges.get(file)?.includes(file)),
  );
}

interface Visit {
  readonly edges: ReadonlyMap<string, readonly string[]>;
  readonly index: Map<string, number>;
  readonly low: Map<string, number>;
  readonly stack: string[];
  readonly groups: string[][];
}

/** Tarjan's strongly connected components. */
function connect(file: string, visit: Visit): void {
  const index = visit.index.size;
  visit.index.set(file, index);
  let low = index;
  visit.stack.push(file);
  for (const next of visit.edges.get(file) ?? []) {
    if (!visit.index.has(next)) {
      connect(next, visit);
      low = Math.min(low, visit.low.get(next) ?? low);
    } else if (visit.stack.includes(next)) {
      low = Math.min(low, visit.index.get(next) ?? low);
    }
  }
  visit.low.set(file, low);
  if (low === index) visit.groups.push(visit.stack.splice(visit.stack.indexOf(file)).sort());
}

import { type ConfigPath, readTree, startsWithPath } from "../document/index.ts";
import { parsePath } from "../key-path.ts";
import { type Json5Node, offsetOf, positionAt } from "../locate.ts";
import type { PlacedIssue } from "../snapshot.ts";
import type { IncludeSite, SourceFile } from "./include.ts";

/** Adds file, line and column to issues. Issues about absent keys point at the nearest object that is there. */
export function placeIssues(
  issues: readonly PlacedIssue[],
  root: SourceFile,
  sites: readonly IncludeSite[],
  files: ReadonlyMap<string, string>,
): PlacedIssue[] {
  const trees = new Map<string, Json5Node>();
  return issues.map((issue) => {
    const path = parsePath(issue.path);
    if (issue.line !== undefined || path === undefined) return issue;
    const { file, rest } = ownerOf(issue.key === undefined ? path : [...path, issue.key], sites, root.path);
    const text = file === root.path ? root.text : files.get(file);
    if (text === undefined) return issue;
    const tree = trees.get(file) ?? readTree(text);
    trees.set(file, tree);
    return { ...issue, file, ...positionAt(text, offsetOf(tree, rest)) };
  });
}

/** The file that holds `path`: the deepest single include on the way, else the config file. */
function ownerOf(
  path: ConfigPath,
  sites: readonly IncludeSite[],
  rootFile: string,
): { file: string; rest: ConfigPath } {
  let owner = { file: rootFile, rest: path, depth: -1 };
  for (const site of sites) {
    const [only] = site.files;
    if (!startsWithPath(path, site.path) || !site.single || site.siblings || only === undefined) continue;
    if (site.path.length < owner.depth) continue;
    owner = { file: only, rest: path.slice(site.path.length), depth: site.path.length };
  }
  return owner;
}

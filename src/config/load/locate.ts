import {
  type ConfigPath,
  parsePath,
  positionAt,
  readTree,
  startsWithPath,
  type TreeNode,
} from "../document/index.ts";
import type { ConfigIssue } from "../snapshot.ts";
import type { IncludeSite, SourceFile } from "./include.ts";

/** Adds file, line and column to issues. Issues about absent keys point at the nearest object that is there. */
export function locateIssues(
  issues: readonly ConfigIssue[],
  root: SourceFile,
  sites: readonly IncludeSite[],
  files: ReadonlyMap<string, string>,
): ConfigIssue[] {
  const trees = new Map<string, TreeNode>();
  return issues.map((issue) => {
    const path = issue.path === "" ? [] : parsePath(issue.path);
    if (issue.line !== undefined || path === undefined) return issue;
    const named = unknownKeyOf(issue);
    const { file, rest } = ownerOf(named === undefined ? path : [...path, named], sites, root.path);
    const text = file === root.path ? root.text : files.get(file);
    if (text === undefined) return issue;
    let tree = trees.get(file);
    if (tree === undefined) {
      tree = readTree(text);
      trees.set(file, tree);
    }
    return { ...issue, file, ...positionAt(text, offsetOf(tree, rest)) };
  });
}

/** The file that holds `path`: the deepest single include on the way, else the config file. */
function ownerOf(
  path: ConfigPath,
  sites: readonly IncludeSite[],
  rootFile: string,
): { file: string; rest: ConfigPath } {
  let file = rootFile;
  let rest = path;
  let depth = -1;
  for (const site of sites) {
    const [only] = site.files;
    if (
      !startsWithPath(path, site.path) ||
      !site.single ||
      site.siblings ||
      only === undefined ||
      site.path.length < depth
    )
      continue;
    file = only;
    rest = path.slice(site.path.length);
    depth = site.path.length;
  }
  return { file, rest };
}

function offsetOf(tree: TreeNode, path: ConfigPath): number {
  let node = tree;
  let offset = node.start;
  for (const part of path) {
    const next =
      node.kind === "object"
        ? node.members.findLast((member) => member.key === String(part))
        : node.kind === "array"
          ? node.items[Number(part)]
          : undefined;
    if (next === undefined) return offset;
    offset = next.start;
    node = next.value;
  }
  return offset;
}

/** An unknown key is reported at its parent; the message names it. */
function unknownKeyOf(issue: ConfigIssue): string | undefined {
  const quoted = /^Unrecognized key: ("(?:[^"\\]|\\.)*")/.exec(issue.message)?.[1];
  if (quoted === undefined) return undefined;
  const key: unknown = JSON.parse(quoted);
  return typeof key === "string" ? key : undefined;
}

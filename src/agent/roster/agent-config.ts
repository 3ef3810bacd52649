import { displayPath, isList, isObject, valueAt, withoutValue, withValue } from "../../config/index.ts";

/** Works on the configuration as it is written: no defaults, variables not filled in. */
type Written = unknown;

/** Where an agent's entry stands. */
type EntryPath = readonly ["agents", "entries", string] | readonly ["agents", "list", number];

/** Ids of the configured agents, of both keys, in the order of the file. */
export function writtenAgentIds(config: Written): string[] {
  const entries = valueAt(config, ["agents", "entries"]);
  const ids = [...listedIds(config), ...(isObject(entries) ? Object.keys(entries) : [])];
  return [...new Set(ids)];
}

/** The entry with these keys changed; `null` removes a key. One that is not there yet is made. */
export function withAgent(config: Written, id: string, change: Readonly<Record<string, unknown>>): Written {
  const path = entryPath(config, id);
  const old = valueAt(config, path);
  return withValue(config, path, changed(isObject(old) ? old : {}, change));
}

/** What is written of one key of an agent; undefined when nothing is. */
export function writtenKey(config: Written, id: string, key: string): unknown {
  return valueAt(config, [...entryPath(config, id), key]);
}

/** The configuration without the agent, in both keys, and without the bindings that lead to it. */
export function withoutAgent(config: Written, id: string): { config: Written; removedBindings: number } {
  let next = withoutValue(config, ["agents", "entries", id]) ?? config;
  const listed = listedIds(next).indexOf(id);
  if (listed >= 0) next = withoutValue(next, ["agents", "list", listed]) ?? next;
  const owner = ["agents", "defaults", "systemAgent", "agentId"];
  if (valueAt(next, owner) === id) next = withoutValue(next, owner.slice(0, 3)) ?? next;
  const bindings = valueAt(next, ["bindings"]);
  if (!isList(bindings)) return { config: next, removedBindings: 0 };
  const kept = bindings.filter((binding) => !(isObject(binding) && binding["agentId"] === id));
  if (kept.length === bindings.length) return { config: next, removedBindings: 0 };
  return { config: withValue(next, ["bindings"], kept), removedBindings: bindings.length - kept.length };
}

/** The agent with its present workspace written down, so that it stays there when others come or go. */
export function withWorkspacePinned(config: Written, id: string, workspace: string, home: string): Written {
  if (writtenKey(config, id, "workspace") !== undefined) return config;
  return withAgent(config, id, { workspace: displayPath(workspace, home) });
}

function listedIds(config: Written): string[] {
  const list = valueAt(config, ["agents", "list"]);
  if (!isList(list)) return [];
  return list.map((entry) =>
    isObject(entry) && typeof entry["id"] === "string" ? entry["id"].toLowerCase() : "",
  );
}

function entryPath(config: Written, id: string): EntryPath {
  const listed = listedIds(config).indexOf(id);
  const isMapped = isObject(valueAt(config, ["agents", "entries", id]));
  return listed >= 0 && !isMapped ? ["agents", "list", listed] : ["agents", "entries", id];
}

function changed(
  entry: Readonly<Record<string, unknown>>,
  change: Readonly<Record<string, unknown>>,
): unknown {
  const next: Record<string, unknown> = { ...entry };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (value === null) delete next[key];
    else if (isObject(value)) {
      const old = next[key];
      const inner = changed(isObject(old) ? old : {}, value);
      if (isObject(inner) && Object.keys(inner).length === 0) delete next[key];
      else next[key] = inner;
    } else next[key] = value;
  }
  return next;
}

/** Names `tools.profile` may have. */
export const TOOL_PROFILES = ["minimal", "coding", "messaging", "full"] as const;
export type ToolProfile = (typeof TOOL_PROFILES)[number];

/** Where a tool stands in the catalogue; `group:<id>` names all of a section in tool lists. */
export const TOOL_SECTIONS = [
  { id: "fs", label: "Files" },
  { id: "runtime", label: "Runtime" },
  { id: "web", label: "Web" },
  { id: "memory", label: "Memory" },
  { id: "sessions", label: "Sessions" },
  { id: "ui", label: "UI" },
  { id: "messaging", label: "Messaging" },
  { id: "automation", label: "Automation" },
  { id: "nodes", label: "Nodes" },
  { id: "agents", label: "Agents" },
  { id: "media", label: "Media" },
] as const;
export type ToolSection = (typeof TOOL_SECTIONS)[number]["id"];

interface ShelfRow {
  readonly section: ToolSection;
  /** Profiles that have it; `full` has everything. */
  readonly profiles: readonly Exclude<ToolProfile, "full">[];
  /** False for what works on the machine itself: it is not part of `group:openclaw`. */
  readonly own?: false;
}

/** Section and profiles of every tool there is; a tool that is not here is in no group and no profile but `full`. */
export const SHELF: Readonly<Record<string, ShelfRow>> = {
  ls: { section: "fs", profiles: ["coding"], own: false },
  read: { section: "fs", profiles: ["coding"], own: false },
  write: { section: "fs", profiles: ["coding"], own: false },
  edit: { section: "fs", profiles: ["coding"], own: false },
  apply_patch: { section: "fs", profiles: ["coding"], own: false },
  exec: { section: "runtime", profiles: ["coding"], own: false },
  process: { section: "runtime", profiles: ["coding"], own: false },
  web_fetch: { section: "web", profiles: ["coding"] },
  browser: { section: "ui", profiles: [] },
  sessions_list: { section: "sessions", profiles: ["coding", "messaging"] },
  sessions_history: { section: "sessions", profiles: ["coding", "messaging"] },
  sessions_send: { section: "sessions", profiles: ["coding", "messaging"] },
  session_status: { section: "sessions", profiles: ["minimal", "coding", "messaging"] },
  canvas: { section: "ui", profiles: [], own: false },
  message: { section: "messaging", profiles: ["messaging"] },
  gateway: { section: "automation", profiles: [] },
  agents_list: { section: "agents", profiles: [] },
};

/** Profiles a tool belongs to, `full` aside. */
export function profilesOf(tool: string): readonly ToolProfile[] {
  return Object.hasOwn(SHELF, tool) ? (SHELF[tool]?.profiles ?? []) : [];
}

/** Every group with its tools; groups whose tools are still to come are there and empty. */
export function toolGroups(): Readonly<Record<string, readonly string[]>> {
  const rows = Object.entries(SHELF);
  const sections = TOOL_SECTIONS.map(({ id }): [string, string[]] => [
    `group:${id}`,
    rows.flatMap(([name, row]) => (row.section === id ? [name] : [])),
  ]);
  const own = rows.flatMap(([name, row]) => (row.own === false ? [] : [name]));
  return { ...Object.fromEntries(sections), "group:openclaw": own, "group:plugins": [] };
}

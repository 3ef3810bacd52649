import { Glob } from "bun";
import { join, posix } from "node:path";
import { cycles, type Import, importsOf, UNKNOWN_SPECIFIER } from "./imports.ts";
import { checkClocks, readTests } from "./test-clocks.ts";

/** A folder directly below `src/`, or a file there (`main.ts`). */
type Part = string;

interface PartRule {
  /** Parts it may import, through their doors. */
  readonly uses: readonly Part[];
  /** Parts it may load with `import()` only, because most runs do not need them. */
  readonly loads?: readonly Part[];
}

const BELOW_GATEWAY = ["store", "config", "protocol", "lib"] as const;

/**
 * Who may know whom: `cli → client → protocol` and
 * `gateway → (agent, channels, nodes, automation, browser, canvas) → (store, config, protocol) → lib`. The protocol knows nobody,
 * so whoever needs its words (ids, scopes, limits) may use them.
 */
export const PARTS: Readonly<Record<Part, PartRule>> = {
  "main.ts": { uses: ["lib"], loads: ["cli"] },
  cli: {
    uses: ["client", "config", "protocol", "lib"],
    loads: ["agent", "browser", "channels", "gateway", "nodes", "secrets", "service", "store"],
  },
  client: { uses: ["protocol", "lib"] },
  gateway: {
    uses: [
      "agent",
      "channels",
      "nodes",
      "automation",
      "browser",
      "canvas",
      "secrets",
      "ui",
      ...BELOW_GATEWAY,
    ],
  },
  agent: { uses: BELOW_GATEWAY },
  channels: { uses: BELOW_GATEWAY },
  nodes: { uses: BELOW_GATEWAY },
  automation: { uses: BELOW_GATEWAY },
  browser: { uses: BELOW_GATEWAY },
  canvas: { uses: BELOW_GATEWAY },
  secrets: { uses: ["config", "lib"] },
  service: { uses: ["config", "lib"] },
  ui: { uses: ["client", "protocol"] },
  store: { uses: ["protocol", "lib"] },
  config: { uses: ["protocol", "lib"] },
  protocol: { uses: [] },
  lib: { uses: [] },
};

/** Parts without a door: each file directly below is a subject of its own. */
const OPEN_PARTS: readonly Part[] = ["lib"];

/** Further doors of a part, for those who cannot take all that is behind the first one. */
const SIDE_DOORS: Readonly<Record<string, Part>> = {
  // A page in a browser has neither files nor sockets of its own.
  "src/client/browser/index.ts": "ui",
};

/** Folders that are a part within their part: the rest of it enters them through their `index.ts` as well. */
const SEALED: readonly string[] = [
  "src/gateway/auth",
  "src/gateway/http/hooks",
  "src/gateway/http/openai",
  "src/agent/commands",
  "src/agent/models",
  "src/agent/prompt",
  "src/agent/roster",
  "src/agent/runs",
  "src/agent/sessions",
  "src/agent/tools",
  "src/agent/workspace",
  "src/channels/access",
  "src/channels/accounts",
  "src/channels/files",
  "src/channels/format",
  "src/channels/inbound",
  "src/channels/live",
  "src/channels/messages",
  "src/channels/outbound",
  "src/channels/routing",
  "src/channels/telegram",
  "src/channels/whatsapp",
  "src/channels/webchat",
  "src/service/launchd",
  "src/service/schtasks",
  "src/service/systemd",
];

/** Packages and built-in modules that only some parts may import; the others are free for all but `protocol`. */
export const MODULES: Readonly<Record<string, readonly Part[]>> = {
  // No SQL leaves the store; lib may hold an operating-system lock through an empty database file.
  "bun:sqlite": ["store", "lib"],
  // The console sink of the log.
  consola: ["lib"],
  // The engine of agent turns and the providers of models; nobody else speaks to a model.
  "@earendil-works/pi-agent-core": ["agent"],
  "@earendil-works/pi-ai": ["agent"],
  // The Bot API; loaded with the first Telegram account.
  grammy: ["channels"],
  // Makes the self-signed certificate; only TLS needs it.
  "node-forge": ["gateway"],
  // WhatsApp's wire; loaded with the first linked account.
  "@whiskeysockets/baileys": ["channels"],
  // What the Control UI is drawn with, in the browser.
  preact: ["ui"],
  marked: ["ui"],
  // Types of the protocol that browsers are controlled by.
  "devtools-protocol": ["browser"],
  // Whoever asks a person something, does it at the command line.
  "@clack/prompts": ["cli"],
  // Backups are made and restored by commands.
  "tar-stream": ["cli"],
  // Calls of the system that the runtime has no name for.
  "bun:ffi": ["lib"],
};

/** The protocol is shared with programs that are not this one: it may use its schema library and nothing else. */
const PROTOCOL_MODULE = /^@sinclair\/typebox(\/|$)/;

export const MAX_LINES = 400;
export const MAX_FILES_PER_FOLDER = 20;

/** Names that say a trick and not a subject. */
const EMPTY_NAMES = new Set(["utils", "util", "helpers", "helper", "manager", "impl", "common"]);

export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Checks a source tree given as path (`src/…`) → text; returns what breaks the rules, sorted by path. */
export function checkLayers(files: ReadonlyMap<string, string>): Violation[] {
  const imports = [...files].flatMap(([path, text]) => (isSource(path) ? importsOf(path, text) : []));
  const violations = [
    ...imports.flatMap((one) => {
      const text = faultOf(one);
      return text === undefined ? [] : [{ path: one.from, line: one.line, text }];
    }),
    ...cycles(imports).map((group) => ({
      path: group[0] ?? "",
      line: 1,
      text: `import cycle: ${group.join(", ")}`,
    })),
    ...[...files].flatMap(([path, text]) => faultsOfFile(path, text)),
    ...crowdedFolders([...files.keys()]),
  ];
  return violations.sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}

function isSource(path: string): boolean {
  return path.endsWith(".ts") || path.endsWith(".tsx");
}

function partOf(path: string): Part {
  return path.split("/")[1] ?? "";
}

function faultOf(one: Import): string | undefined {
  const part = partOf(one.from);
  if (one.specifier === UNKNOWN_SPECIFIER) return "import() needs a string literal, or it cannot be bundled";
  if (one.to === undefined) return faultOfModule(part, one.specifier);
  if (one.to === "package.json") return undefined;
  if (!one.to.startsWith("src/")) return `${one.specifier} is outside src`;
  return faultOfLayer(part, one) ?? faultOfDoor(one);
}

function faultOfModule(part: Part, specifier: string): string | undefined {
  if (part === "protocol" && !PROTOCOL_MODULE.test(specifier)) return `protocol may not import ${specifier}`;
  const name = Object.keys(MODULES).find((known) => specifier === known || specifier.startsWith(`${known}/`));
  const allowed = name === undefined ? undefined : MODULES[name];
  if (!allowed || allowed.includes(part)) return undefined;
  return `${specifier} is for ${allowed.join(" and ")} only`;
}

function faultOfLayer(part: Part, one: Import): string | undefined {
  const target = partOf(one.to ?? "");
  if (target === part) return undefined;
  const rule = PARTS[part];
  if (!rule) return `src/${part} has no row in build/layers.ts`;
  if (rule.uses.includes(target)) return undefined;
  if (rule.loads?.includes(target)) {
    return one.dynamic ? undefined : `${part} may load ${target} with import() only`;
  }
  return `${part} may not import ${target}`;
}

/**
 * Another part is entered through its `index.ts`, and so is a sealed folder. `import()` inside a part may name any file:
 * a door would load the whole folder with it.
 */
function faultOfDoor({ from, to = "", dynamic }: Import): string | undefined {
  const part = partOf(to);
  const across = part !== partOf(from);
  if (!across && dynamic) return undefined;
  if (across && SIDE_DOORS[to] === partOf(from)) return undefined;
  if (across && OPEN_PARTS.includes(part)) return faultOfOpenPart(to);
  const entered = across
    ? `src/${part}`
    : SEALED.find((folder) => to.startsWith(`${folder}/`) && !from.startsWith(`${folder}/`));
  if (entered === undefined || to === `${entered}/index.ts`) return undefined;
  return `${to} is private: import ${entered}/index.ts`;
}

/** A file directly in an open part is its own door; a folder there has one. */
function faultOfOpenPart(to: string): string | undefined {
  const [, part = "", folder = "", ...rest] = to.split("/");
  if (rest.length === 0 || rest.join("/") === "index.ts") return undefined;
  return `${to} is private: import src/${part}/${folder}/index.ts`;
}

function faultsOfFile(path: string, text: string): Violation[] {
  const faults: Violation[] = [];
  const lines = text.split("\n").length - 1;
  if (lines > MAX_LINES && isSource(path)) {
    faults.push({
      path,
      line: MAX_LINES + 1,
      text: `${lines} lines, more than ${MAX_LINES}: look for the second subject`,
    });
  }
  for (const segment of path.split("/").slice(1)) {
    const empty = segment.split(/[-.]/).find((word) => EMPTY_NAMES.has(word));
    if (empty)
      faults.push({ path, line: 1, text: `"${empty}" says nothing: name ${segment} after its subject` });
  }
  return faults;
}

function crowdedFolders(paths: readonly string[]): Violation[] {
  const folders = Map.groupBy(paths, (path) => posix.dirname(path));
  return [...folders]
    .filter(([, files]) => files.length > MAX_FILES_PER_FOLDER)
    .map(([path, files]) => ({
      path,
      line: 1,
      text: `${files.length} files, more than ${MAX_FILES_PER_FOLDER}`,
    }));
}

/** The project's own `src/` as `checkLayers` takes it. */
export async function readSource(projectDir: string): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for await (const path of new Glob("src/**/*").scan({ cwd: projectDir })) {
    files.set(path.replaceAll("\\", "/"), await Bun.file(join(projectDir, path)).text());
  }
  return files;
}

if (import.meta.main) {
  const projectDir = join(import.meta.dir, "..");
  const files = await readSource(projectDir);
  const violations = [...checkLayers(files), ...checkClocks(await readTests(projectDir))];
  for (const { path, line, text } of violations) console.error(`${path}:${line}: ${text}`);
  if (violations.length > 0) process.exit(1);
  console.log(`${files.size} files keep the layers, and no test takes the time for a fact`);
}

import { dirname, join, relative } from "node:path";

const PROJECT_DIR = join(import.meta.dir, "..");

/**
 * Folders of our own whose code runs seldom and makes people wait anyway: in the executable each is compressed source, a
 * tenth of what it takes as bytecode, and is unpacked when a file of it is first imported with `import(…)`, which costs such
 * a command 10 to 20 ms. What code elsewhere imports as well stays where it is and is shared; what only late rooms use, and
 * import at once, each of them has for itself.
 */
const LATE_ROOMS: readonly string[] = [
  // Once there is a browser or an account: both take far longer to come up.
  "src/browser",
  "src/channels/whatsapp",
  "src/cli/agents",
  "src/cli/backup",
  "src/cli/begin",
  "src/cli/browser",
  "src/cli/channels",
  "src/cli/completion",
  "src/cli/config",
  "src/cli/devices",
  "src/cli/directory",
  "src/cli/doctor",
  "src/cli/gateway",
  "src/cli/message",
  "src/cli/models",
  "src/cli/nodes",
  "src/cli/pairing",
  "src/cli/removal",
  "src/cli/secrets",
  "src/cli/security",
  "src/cli/service",
  "src/cli/sessions",
  "src/cli/system",
  "src/gateway/http/openai",
  "src/service",
];

/** What gateways start with and scripts call all the time, though it lies in such a folder. */
const NEVER_LATE: readonly string[] = [
  "src/cli/gateway/call.ts",
  "src/cli/gateway/health.ts",
  "src/cli/gateway/run.ts",
];

/** The effort grows steeply beyond it, the gain does not. */
const COMPRESSION_LEVEL = 19;

/** The first line of what the bundler makes for this runtime. */
const PRAGMA = "// @bun\n";

/** Where the pieces are for the bundler; they never are files. */
const NAMESPACE = "late-room";

/** One import in the graph of a build; paths are relative to the project. */
interface Edge {
  readonly path: string;
  readonly lazy: boolean;
}

type Graph = ReadonlyMap<string, readonly Edge[]>;

/** One late folder as it is in an executable. */
interface Room {
  /** Its files that code outside imports, by path below the project, with the names they export. */
  readonly entries: ReadonlyMap<string, readonly string[]>;
  /** The module that unpacks it. */
  readonly opener: string;
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** Puts the late rooms of a program into its executable. */
export function lateRooms(entry: string): Bun.BunPlugin {
  return {
    name: "late-rooms",
    async setup(build) {
      const rooms = await roomsOf(relative(PROJECT_DIR, entry).replaceAll("\\", "/"));
      const entries = new Map([...rooms].flatMap(([, room]) => [...room.entries]));
      if (entries.size === 0) return;
      build.onResolve({ filter: /^late-room:/ }, ({ path }) => ({
        path: path.slice(NAMESPACE.length + 1),
        namespace: NAMESPACE,
      }));
      build.onLoad({ filter: /\/packed$/, namespace: NAMESPACE }, ({ path }) => ({
        contents: rooms.get(dirname(path))?.packed ?? "",
        loader: "file",
      }));
      build.onLoad({ filter: /\/open$/, namespace: NAMESPACE }, ({ path }) => ({
        contents: rooms.get(dirname(path))?.opener ?? "",
        loader: "js",
      }));
      build.onLoad({ filter: exactly([...entries.keys()]) }, ({ path }) => {
        const name = relative(PROJECT_DIR, path).replaceAll("\\", "/");
        return { contents: standIn(name, entries.get(name) ?? []), loader: "js" };
      });
    },
  };
}

/** The same for every target, so they are made once for each program. */
const made = new Map<string, Promise<ReadonlyMap<string, Room>>>();

function roomsOf(entry: string): Promise<ReadonlyMap<string, Room>> {
  const rooms = made.get(entry) ?? packAll(entry);
  made.set(entry, rooms);
  return rooms;
}

async function packAll(entry: string): Promise<ReadonlyMap<string, Room>> {
  const graph = await graphOf(entry);
  const early = reach(graph, [entry], ({ path, lazy }) => !(lazy && roomOf(path) !== undefined));
  const entries = new Set<string>();
  for (const [file, edges] of graph) {
    for (const { path, lazy } of edges) {
      const room = roomOf(path);
      const comesIn = early.has(file) || room !== roomOf(file);
      if (lazy && room !== undefined && comesIn && !early.has(path)) entries.add(path);
    }
  }
  const rooms = new Map<string, Room>();
  for (const room of LATE_ROOMS) {
    const own = [...entries].filter((path) => roomOf(path) === room).sort();
    if (own.length > 0) rooms.set(room, await pack(room, own, { graph, early, entries }));
  }
  return rooms;
}

interface Program {
  readonly graph: Graph;
  /** What is there without the late rooms. */
  readonly early: ReadonlySet<string>;
  /** Entries of all late rooms. */
  readonly entries: ReadonlySet<string>;
}

async function pack(room: string, own: readonly string[], { graph, early, entries }: Program): Promise<Room> {
  const isElsewhere = ({ path, lazy }: Edge) => lazy && entries.has(path) && roomOf(path) !== room;
  const inside = reach(
    graph,
    own,
    (edge) => edge.path.startsWith("src/") && !early.has(edge.path) && !isElsewhere(edge),
  );
  const outside = new Outside(room);
  const { outputs } = await Bun.build({
    entrypoints: [`${NAMESPACE}:entries`],
    plugins: [outside.plugin(own, (edge) => inside.has(edge.path) && !isElsewhere(edge))],
    format: "esm",
    target: "bun",
    // Names are kept: these files are in no source map.
    minify: { whitespace: true, syntax: true, identifiers: false },
  });
  const [bundle] = outputs;
  if (bundle === undefined || outputs.length !== 1) throw new Error(`${room} does not fit into one bundle`);
  const source = outside.furnish(await bundle.text());
  return {
    entries: new Map(await Promise.all(own.map(async (name) => [name, await exportsOf(at(name))] as const))),
    opener: outside.opener(),
    packed: new Uint8Array(Bun.zstdCompressSync(source, { level: COMPRESSION_LEVEL })),
  };
}

const TRANSPILER = new Bun.Transpiler({ loader: "ts" });

/** What a module exports, that of others included. */
async function exportsOf(file: string): Promise<string[]> {
  const source = await Bun.file(file).text();
  const passedOn = [...source.matchAll(/^export \* from "(\.[^"]+)";$/gm)].map(([, path = ""]) => path);
  const others = await Promise.all(passedOn.map((path) => exportsOf(join(dirname(file), path))));
  return [...TRANSPILER.scan(source).exports, ...others.flat()];
}

function roomOf(path: string): string | undefined {
  if (NEVER_LATE.includes(path)) return undefined;
  return LATE_ROOMS.find((room) => path.startsWith(`${room}/`));
}

async function graphOf(entry: string): Promise<Graph> {
  const { metafile } = await Bun.build({
    entrypoints: [join(PROJECT_DIR, entry)],
    root: PROJECT_DIR,
    splitting: true,
    packages: "external",
    format: "esm",
    target: "bun",
    metafile: true,
  });
  return new Map(
    Object.entries(metafile?.inputs ?? {}).map(([path, { imports }]) => [
      path.replaceAll("\\", "/"),
      imports.map((found) => ({
        // A lazy import is told as the piece of the output it leads to; what it says in the source is beside it.
        path: (found.original?.startsWith(".") ? join(dirname(path), found.original) : found.path).replaceAll(
          "\\",
          "/",
        ),
        lazy: found.kind === "dynamic-import",
      })),
    ]),
  );
}

function reach(graph: Graph, from: readonly string[], follows: (edge: Edge) => boolean): Set<string> {
  const reached = new Set<string>();
  const waiting = [...from];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const edge of graph.get(file) ?? []) if (follows(edge)) waiting.push(edge.path);
  }
  return reached;
}

/** What a late room takes from the rest of the program: it is handed over when it is unpacked. */
class Outside {
  readonly #room: string;
  /** What is imported at once, by path below the project, with the names that are taken. */
  readonly #taken = new Map<string, Set<string>>();
  /** What is imported with `import(…)`. */
  readonly #lazily = new Set<string>();

  constructor(room: string) {
    this.#room = room;
  }

  plugin(entries: readonly string[], isInside: (edge: Edge) => boolean): Bun.BunPlugin {
    const rows = entries.map((name) => `${JSON.stringify(name)}: () => import(${JSON.stringify(at(name))}),`);
    return {
      name: "outside-of-a-late-room",
      setup: (build) => {
        build.onResolve({ filter: /^late-room:/ }, () => ({ path: "entries", namespace: NAMESPACE }));
        build.onLoad({ filter: /./, namespace: NAMESPACE }, () => ({
          contents: `export const entries = {${rows.join("")}};`,
          loader: "js",
        }));
        build.onResolve({ filter: /./ }, ({ path, importer, kind }) => {
          if (/^(?:node|bun):/.test(path)) return { path, external: true };
          const file = path.startsWith(".")
            ? join(dirname(importer), path)
            : Bun.resolveSync(path, PROJECT_DIR);
          const lazy = kind === "dynamic-import";
          const edge = { path: relative(PROJECT_DIR, file).replaceAll("\\", "/"), lazy };
          if (importer.startsWith(NAMESPACE) || isInside(edge)) return { path: file };
          if (lazy) this.#lazily.add(edge.path);
          return { path: `outside:${edge.path}`, external: true };
        });
      },
    };
  }

  /** The bundle with its imports from outside taken from where the opener puts them. */
  furnish(bundle: string): string {
    const body = bundle
      .replace(PRAGMA, "")
      .replaceAll(/import([^"';()]*?)from"outside:([^"]+)";?/g, (_, clause: string, path: string) =>
        this.#declaration(clause, path),
      )
      .replaceAll(/\bimport\("outside:([^"]+)"\)/g, 'lazyOutside["$1"]()');
    if (body.includes('"outside:')) throw new Error(`${this.#room} imports in a way that is not understood`);
    return `${PRAGMA}const{outside,lazyOutside}=${this.#place()};${body}`;
  }

  /** `{a as b}` of an import as a declaration of the same names. */
  #declaration(clause: string, path: string): string {
    const inner = /^\{([^}]*)\}$/.exec(clause.trim())?.[1];
    if (inner === undefined) throw new Error(`${this.#room} imports ${clause.trim()} from ${path}`);
    const names = this.#taken.get(path) ?? new Set();
    this.#taken.set(path, names);
    const declared = inner.split(",").map((part) => {
      const [name = "", alias = name] = part.trim().split(" as ");
      names.add(name);
      return `${name}:${alias}`;
    });
    return `const{${declared.join(",")}}=outside[${JSON.stringify(path)}];`;
  }

  /** Modules made of a blob can import nothing of the executable, so it lies where both find it, for a moment. */
  #place(): string {
    return `globalThis[Symbol.for(${JSON.stringify(`openclaw.${this.#room}`)})]`;
  }

  /** Imports what is taken, hands it over and unpacks. */
  opener(): string {
    const imports: string[] = [];
    const rows: string[] = [];
    // The same order in every build.
    for (const [index, path] of [...this.#taken.keys()].sort().entries()) {
      const names = [...(this.#taken.get(path) ?? [])];
      imports.push(
        `import { ${names.map((name) => `${name} as ${name}_${index}`).join(", ")} } from ${JSON.stringify(at(path))};`,
      );
      rows.push(
        `${JSON.stringify(path)}: { ${names.map((name) => `${name}: ${name}_${index}`).join(", ")} },`,
      );
    }
    const lazily = [...this.#lazily]
      .sort()
      .map((path) => `${JSON.stringify(path)}: () => import(${JSON.stringify(at(path))}),`);
    return [
      `import packed from "${NAMESPACE}:${this.#room}/packed";`,
      ...imports,
      `${this.#place()} = { outside: {`,
      ...rows,
      "}, lazyOutside: {",
      ...lazily,
      "} };",
      "const source = Bun.zstdDecompressSync(await Bun.file(packed).bytes());",
      'const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));',
      "const room = await import(url);",
      "URL.revokeObjectURL(url);",
      `delete ${this.#place()};`,
      "export const { entries } = room;",
    ].join("\n");
  }
}

/** What stands in the executable where a file of a late room was: the same names, there once it is unpacked. */
function standIn(name: string, exports: readonly string[]): string {
  return [
    `import { entries } from "${NAMESPACE}:${roomOf(name)}/open";`,
    `const module = await entries[${JSON.stringify(name)}]();`,
    ...exports.map((exported) => `export const ${exported} = module.${exported};`),
  ].join("\n");
}

function at(path: string): string {
  return join(PROJECT_DIR, path);
}

/** Matches these files below the project. */
function exactly(names: readonly string[]): RegExp {
  const escaped = names.map((name) =>
    at(name)
      .split(/[/\\]/)
      .map(RegExp.escape)
      .join(String.raw`[/\\]`),
  );
  return new RegExp(`^(?:${escaped.join("|")})$`);
}

import { expect, test } from "bun:test";
import { join } from "node:path";
import { PROJECT_DIR } from "../support/index.ts";

/** Where `openclaw gateway` passes on its way up: each loads the next with `import(…)`. */
const STATIONS = [
  "src/main.ts",
  "src/cli/index.ts",
  "src/cli/commands/gateway.ts",
  "src/cli/gateway/run.ts",
  "src/gateway/index.ts",
];

/** What is for a gateway that uses it, or for other commands. */
const NOT_YET =
  /^src\/(?:browser\/(?:cdp|chromium|control|pages)|channels\/telegram\/(?:connection|webhook)|channels\/whatsapp\/(?:connection|link|socket)|cli\/(?:begin|doctor|service)|gateway\/http\/hooks\/(?:agent|desk|wake)|service|ui)\b/;

/** Of the runtime's own modules, those that take a megabyte each once they are loaded. */
const LARGE_BUILTINS =
  /^(?:node:)?(?:crypto|child_process|http|https|http2|tls|zlib|readline|stream|util|worker_threads)(?:\/|$)/;

/** Small enough, or needed at once. */
const PACKAGES = ["@earendil-works/pi-ai", "@sinclair/typebox", "consola"];

/** Source that every gateway loads, minified, libraries included; 100 KB of it are about 1.5 MB of resident memory. */
const MAX_BYTES = 1_400_000;

/** All of the source is bundled. */
const BUNDLING_TIMEOUT_MS = 60_000;

interface Loaded {
  /** Source files and files of packages of which something is left after what nobody uses was taken out. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** What the stations load at once, as it comes out of the bundler. */
async function loadedByStations(): Promise<Loaded> {
  const { metafile } = await Bun.build({
    entrypoints: STATIONS.map((station) => join(PROJECT_DIR, station)),
    root: PROJECT_DIR,
    splitting: true,
    minify: true,
    format: "esm",
    target: "bun",
    metafile: true,
  });
  const outputs = new Map(Object.entries(metafile?.outputs ?? {}));
  const waiting = [...outputs.keys()].filter((path) =>
    STATIONS.includes(outputs.get(path)?.entryPoint ?? ""),
  );
  const pieces = new Set<NonNullable<ReturnType<typeof outputs.get>>>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const piece = outputs.get(path);
    if (piece === undefined || pieces.has(piece)) continue;
    pieces.add(piece);
    for (const { path: next, kind } of piece.imports) if (kind === "import-statement") waiting.push(next);
  }
  const inputs = [...pieces].flatMap(({ inputs }) => Object.entries(inputs));
  return {
    files: [...new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file))],
    bytes: [...pieces].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

async function builtinsOf(file: string): Promise<string[]> {
  const source = await Bun.file(join(PROJECT_DIR, file)).text();
  return new Bun.Transpiler({ loader: "ts" })
    .scanImports(source.replace(/^#!.*/, ""))
    .flatMap(({ kind, path }) => (kind === "import-statement" ? [path] : []));
}

test(
  "a gateway loads on its way up only what every gateway needs",
  async () => {
    const { files, bytes } = await loadedByStations();
    expect(files).toContain("src/gateway/gateway.ts");
    expect(files.filter((file) => NOT_YET.test(file))).toEqual([]);
    const packages = files.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1]);
    expect([...new Set(packages)].filter((name) => name !== undefined).sort()).toEqual(PACKAGES);
    const own = files.filter((file) => file.startsWith("src/"));
    const builtins = (await Promise.all(own.map(builtinsOf))).flat();
    expect([...new Set(builtins)].filter((name) => LARGE_BUILTINS.test(name))).toEqual([]);
    expect(bytes).toBeLessThan(MAX_BYTES);
  },
  BUNDLING_TIMEOUT_MS,
);

import { Glob } from "bun";
import { join } from "node:path";
import { leanBaileys } from "./lean-baileys.ts";

const PACKAGES_DIR = join(import.meta.dir, "..", "node_modules");

/**
 * Libraries that most gateways never load, or once and without haste: in the executable they are compressed source, a
 * twentieth of what they take as bytecode, and are unpacked when they are first imported. Paths below `node_modules`, from
 * where our code or the engine enters them. Whatever stands on the way of every turn or every start does not belong here.
 */
const LATE_MODULES: readonly string[] = [
  "@google/genai/dist/node/index.mjs",
  "@earendil-works/pi-ai/dist/api/bedrock-converse-stream.js",
  "@earendil-works/pi-ai/dist/api/google-generative-ai.js",
  "@earendil-works/pi-ai/dist/api/google-vertex.js",
  "@earendil-works/pi-ai/dist/api/mistral-conversations.js",
  "@earendil-works/pi-ai/dist/api/openai-codex-responses.js",
  "@earendil-works/pi-ai/dist/api/pi-messages.js",
  // Sign-ins, done once.
  "@earendil-works/pi-ai/dist/auth/oauth/{anthropic,github-copilot,kimi-coding,meta,openai-codex,openrouter,radius,xai}.js",
  // The lists of models, one for each provider.
  "@earendil-works/pi-ai/dist/providers/*.models.js",
  "@anthropic-ai/sdk/index.mjs",
  // Unpacked with the first turn that needs it, before the provider is waited for.
  "openai/index.mjs",
  // What models call tools with is checked by it: with a whole library of schemas of its own.
  "@earendil-works/pi-ai/dist/utils/validation.js",
  // Calls of the Bot API, for gateways with a Telegram account; connecting takes longer than unpacking.
  "grammy/out/web.mjs",
  // The wire of WhatsApp, for gateways with a linked account.
  "@whiskeysockets/baileys/lib/index.js",
  // Asks people, in set-up and repair.
  "@clack/prompts/dist/index.mjs",
  // Makes the certificate of the gateway, once.
  "node-forge/lib/index.js",
  // Archives of backups.
  "tar-stream/index.js",
];

/** Packages that are entered by one file in place of an index of all they have; other names of theirs fail the build. */
const NARROW: Readonly<Record<string, string>> = {
  "@earendil-works/pi-agent-core": "@earendil-works/pi-agent-core/dist/agent-loop.js",
};

/** The effort grows steeply beyond it, the gain does not. */
const COMPRESSION_LEVEL = 19;

interface LateModule {
  readonly packed: Uint8Array<ArrayBuffer>;
  readonly exports: readonly string[];
}

/** Where the assets are for the bundler; they never are files. */
const NAMESPACE = "late-module";

/**
 * Puts the late modules into an executable. Each is bundled by itself, so two that share a dependency have it twice; a
 * module whose state others share cannot be one.
 */
export function lateModules(): Bun.BunPlugin {
  return {
    name: "late-modules",
    async setup(build) {
      packing ??= packAll();
      const modules = await packing;
      build.onResolve({ filter: exactly(Object.keys(NARROW)) }, ({ path }) => ({
        path: join(PACKAGES_DIR, NARROW[path] ?? path),
      }));
      build.onResolve({ filter: /^late-module:/ }, ({ path }) => ({
        path: path.slice(NAMESPACE.length + 1),
        namespace: NAMESPACE,
      }));
      build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({
        contents: lateModule(modules, path).packed,
        loader: "file",
      }));
      build.onLoad({ filter: endingIn([...modules.keys()]) }, ({ path }) => {
        const name = path.slice(PACKAGES_DIR.length + 1).replaceAll("\\", "/");
        return { contents: unpackingSource(name, lateModule(modules, name).exports), loader: "js" };
      });
    },
  };
}

/** The same for every target, so it is made once. */
let packing: Promise<ReadonlyMap<string, LateModule>> | undefined;

async function packAll(): Promise<ReadonlyMap<string, LateModule>> {
  const names = LATE_MODULES.flatMap((pattern) => [...new Glob(pattern).scanSync(PACKAGES_DIR)]).map((name) =>
    name.replaceAll("\\", "/"),
  );
  const { outputs, metafile } = await Bun.build({
    entrypoints: names.map((name) => join(PACKAGES_DIR, name)),
    root: PACKAGES_DIR,
    format: "esm",
    target: "bun",
    minify: true,
    metafile: true,
    plugins: [leanBaileys()],
  });
  const transpiler = new Bun.Transpiler({ loader: "js" });
  const modules = new Map<string, LateModule>();
  for (const output of outputs) {
    const entry = metafile?.outputs[output.path]?.entryPoint?.replaceAll("\\", "/");
    const name = names.find((known) => entry?.endsWith(`node_modules/${known}`));
    if (name === undefined) throw new Error(`${output.path} is none of the late modules`);
    const source = await output.text();
    modules.set(name, {
      packed: new Uint8Array(Bun.zstdCompressSync(source, { level: COMPRESSION_LEVEL })),
      exports: transpiler.scan(source).exports,
    });
  }
  return modules;
}

/** What stands in the executable where the module was: the same names, there once it is unpacked. */
function unpackingSource(name: string, exports: readonly string[]): string {
  return [
    `import packed from ${JSON.stringify(`${NAMESPACE}:${name}`)};`,
    "const source = Bun.zstdDecompressSync(await Bun.file(packed).bytes());",
    'const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));',
    "const module = await import(url);",
    "URL.revokeObjectURL(url);",
    ...exports.map((exported) =>
      exported === "default"
        ? "export default module.default;"
        : `export const ${exported} = module.${exported};`,
    ),
  ].join("\n");
}

function lateModule(modules: ReadonlyMap<string, LateModule>, name: string): LateModule {
  const found = modules.get(name);
  if (found === undefined) throw new Error(`${name} is no late module`);
  return found;
}

/** Matches paths that end in one of the names. */
function endingIn(names: readonly string[]): RegExp {
  const escaped = names.map((name) =>
    name
      .split("/")
      .map(RegExp.escape)
      .join(String.raw`[/\\]`),
  );
  return new RegExp(String.raw`[/\\]node_modules[/\\](?:${escaped.join("|")})$`);
}

function exactly(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map(RegExp.escape).join("|")})$`);
}

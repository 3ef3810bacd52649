import { bundlePage } from "../src/ui/bundle.ts";

/** Where the files of the page are for the bundler; they never are files. */
const NAMESPACE = "control-ui";

/** Made once, the same for every target. */
let packing: ReturnType<typeof bundlePage> | undefined;

/** Puts the Control UI into an executable: bundled for browsers, compressed, and read when the first one asks. */
export function controlUi(): Bun.BunPlugin {
  return {
    name: "control-ui",
    async setup(build) {
      packing ??= bundlePage();
      const files = await packing;
      build.onResolve({ filter: /^control-ui:/ }, ({ path }) => ({
        path: path.slice(NAMESPACE.length + 1),
        namespace: NAMESPACE,
      }));
      build.onLoad({ filter: /./, namespace: NAMESPACE }, async ({ path }) => {
        const file = files.find(({ name }) => path.startsWith(`${name}.`));
        if (file === undefined) throw new Error(`${path} is no file of the Control UI`);
        const packed = path.endsWith(".br") ? file.brotli : file.gzip;
        return { contents: await packed.bytes(), loader: "file" };
      });
      build.onLoad({ filter: /[/\\]src[/\\]ui[/\\]bundle\.ts$/ }, () => ({
        contents: handingOutSource(files),
        loader: "js",
      }));
    },
  };
}

/** What stands in the executable where the bundler is from source. */
function handingOutSource(files: Awaited<ReturnType<typeof bundlePage>>): string {
  const imports = files.flatMap(({ name }, index) => [
    `import brotli${index} from ${JSON.stringify(`${NAMESPACE}:${name}.br`)};`,
    `import gzip${index} from ${JSON.stringify(`${NAMESPACE}:${name}.gz`)};`,
  ]);
  const rows = files.map(({ name, contentType }, index) => {
    const facts = `name: ${JSON.stringify(name)}, contentType: ${JSON.stringify(contentType)}`;
    return `{ ${facts}, brotli: Bun.file(brotli${index}), gzip: Bun.file(gzip${index}) }`;
  });
  return `${imports.join("\n")}\nexport const bundlePage = async () => [${rows.join(", ")}];\n`;
}

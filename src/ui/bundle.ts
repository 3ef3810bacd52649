import { basename, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { contentTypeOf, type PageFile } from "./files.ts";

const PAGE_DIR = join(import.meta.dir, "page");

/**
 * Bundles the page from source, for a browser. In an executable this module is replaced by one that hands out what was
 * bundled when that was built (`build/control-ui.ts`). @throws AggregateError for a page that cannot be bundled
 */
export async function bundlePage(): Promise<PageFile[]> {
  const { outputs } = await Bun.build({
    entrypoints: [join(PAGE_DIR, "main.tsx"), join(PAGE_DIR, "style.css")],
    target: "browser",
    format: "esm",
    minify: true,
    naming: "[name]-[hash].[ext]",
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return Promise.all(
    outputs.map(async (output) => {
      const bytes = new Uint8Array(await output.arrayBuffer());
      const name = basename(output.path);
      return {
        name,
        contentType: contentTypeOf(name),
        brotli: new Blob([new Uint8Array(brotliCompressSync(bytes))]),
        gzip: new Blob([new Uint8Array(gzipSync(bytes, { level: 9 }))]),
      };
    }),
  );
}

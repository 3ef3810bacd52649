import { expect, test } from "bun:test";
import { bundlePage } from "../../src/ui/bundle.ts";
import { shellHtml, webManifest } from "../../src/ui/shell.ts";

/** What a browser fetches at the first visit, over a slow line. */
const MAX_GZIP_BYTES = 150_000;

test("the page is small, needs nothing that browsers do not have, and makes no markup from text", async () => {
  const files = await bundlePage();
  expect(
    files
      .map(({ contentType }) => contentType.split(";")[0])
      .toSorted((a = "", b = "") => a.localeCompare(b)),
  ).toEqual(["text/css", "text/javascript"]);
  expect(files.reduce((sum, { gzip }) => sum + gzip.size, 0)).toBeLessThan(MAX_GZIP_BYTES);
  for (const { name, gzip } of files) {
    expect(name).toMatch(/^(?:main|style)-[a-z0-9]+\.(?:js|css)$/);
    const text = new TextDecoder().decode(Bun.gunzipSync(new Uint8Array(await gzip.arrayBuffer())));
    const foreign = /["']node:|\bprocess\.|\bBun\.|\beval\(|new Function|https:\/\/(?:cdn|fonts)\./g;
    expect([...text.matchAll(foreign)].map(([found]) => found)).toEqual([]);
  }
});

test("both compressions hold the same file", async () => {
  for (const { brotli, gzip } of await bundlePage()) {
    const plain = Bun.gunzipSync(new Uint8Array(await gzip.arrayBuffer()));
    const { brotliDecompressSync } = await import("node:zlib");
    expect(brotliDecompressSync(new Uint8Array(await brotli.arrayBuffer())).equals(plain)).toBe(true);
  }
});

test("C19: the document has nothing inline, and what the owner set in it is text", () => {
  const environment = { label: '"><script>alert(1)</script>', color: "red" };
  const html = shellHtml({ basePath: '/a"b', version: "1<2", environment }, ["main-1.js", "style-1.css"]);
  expect(html).not.toMatch(/<script>|<style|\son\w+=|style=/);
  expect(html).toContain('data-openclaw-environment-label="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(html).toContain('<script type="module" src="/a&quot;b/assets/main-1.js"></script>');
  expect(JSON.parse(webManifest("/oc"))).toMatchObject({ start_url: "/oc/", scope: "/oc/" });
});

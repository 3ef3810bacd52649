import type { PageFile } from "./files.ts";

export type { PageFile } from "./files.ts";
export { FAVICON_SVG, type ShellFacts, shellHtml, webManifest } from "./shell.ts";

/** The files of the page; loaded, or bundled from source, when the first browser asks. */
export async function loadPage(): Promise<readonly PageFile[]> {
  const { bundlePage } = await import("./bundle.ts");
  return bundlePage();
}

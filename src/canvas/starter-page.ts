import { escapeHTML } from "bun";

/** What a canvas without a page of its own shows. `folder` as a person writes it. */
export function starterPage(folder: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Canvas</title>
<style>
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { min-height: 100vh; margin: 0; display: grid; place-items: center; }
  main { max-width: 34rem; padding: 2rem; }
  code { overflow-wrap: anywhere; }
</style>
<main>
  <h1>The canvas is empty</h1>
  <p>Files of this folder are shown here, beginning with <code>index.html</code>:</p>
  <p><code>${escapeHTML(folder)}</code></p>
  <p>Ask your agent to draw something, or put a file there yourself.</p>
</main>
</html>
`;
}

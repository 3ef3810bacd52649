/** What the page is told before it has a connection. */
export interface ShellFacts {
  /** Path everything is served below: empty, or `/name`. */
  readonly basePath: string;
  /** Version of the gateway that serves the page. */
  readonly version: string;
  readonly environment?: { readonly label: string; readonly color: string } | undefined;
}

/** The one HTML document: nothing inline, so that the policy need not allow it. */
export function shellHtml(facts: ShellFacts, names: readonly string[]): string {
  const { basePath, version, environment } = facts;
  const at = (name: string): string => escaped(`${basePath}/assets/${name}`);
  const data = {
    "base-path": basePath,
    version,
    ...(environment && { "environment-label": environment.label, "environment-color": environment.color }),
  };
  const attributes = Object.entries(data).map(
    ([name, value]) => ` data-openclaw-${name}="${escaped(value)}"`,
  );
  return [
    "<!doctype html>",
    `<html lang="en"${attributes.join("")}>`,
    "<head>",
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    "<title>OpenClaw</title>",
    `<link rel="icon" href="${escaped(basePath)}/favicon.svg" type="image/svg+xml">`,
    `<link rel="manifest" href="${escaped(basePath)}/manifest.webmanifest">`,
    ...names
      .filter((name) => name.endsWith(".css"))
      .map((name) => `<link rel="stylesheet" href="${at(name)}">`),
    ...names
      .filter((name) => name.endsWith(".js"))
      .map((name) => `<script type="module" src="${at(name)}"></script>`),
    "</head>",
    "<body>",
    '<div id="app"></div>',
    "<noscript>The Control UI needs JavaScript. Without it, talk to the agent with: openclaw agent</noscript>",
    "</body>",
    "</html>",
    "",
  ].join("\n");
}

/** The sign of the product: a claw. */
export const FAVICON_SVG = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">',
  '<rect width="32" height="32" rx="8" fill="#e5533d"/>',
  '<path d="M9 23c-3-5-2-12 4-15-1 4 0 6 2 8 1-3 3-5 7-5-2 2-2 4-2 6 2-1 3-1 5 0-2 5-6 8-10 8-2 0-4-1-6-2z" fill="#fff"/>',
  "</svg>\n",
].join("");

/** What a phone needs to put the page on its home screen. */
export function webManifest(basePath: string): string {
  return JSON.stringify({
    name: "OpenClaw",
    short_name: "OpenClaw",
    start_url: `${basePath}/`,
    scope: `${basePath}/`,
    display: "standalone",
    background_color: "#17161a",
    theme_color: "#e5533d",
    icons: [{ src: `${basePath}/favicon.svg`, sizes: "any", type: "image/svg+xml" }],
  });
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { findProgram } from "../../lib/spawn/index.ts";

/** A browser of the Chromium family on this machine. */
export interface FoundBrowser {
  readonly kind: "chrome" | "brave" | "edge" | "chromium" | "canary" | "custom";
  readonly path: string;
}

/** Where to look. */
export interface FindInputs {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly variables: Readonly<Record<string, string>>;
}

type Places = readonly (readonly [FoundBrowser["kind"], readonly string[]])[];

/** Names of programs and whole paths, what is preferred first. */
const LINUX: Places = [
  ["chrome", ["google-chrome", "google-chrome-stable", "/opt/google/chrome/chrome"]],
  ["brave", ["brave-browser", "brave", "/opt/brave.com/brave/brave", "/snap/bin/brave"]],
  ["edge", ["microsoft-edge", "microsoft-edge-stable", "/opt/microsoft/msedge/msedge"]],
  [
    "chromium",
    [
      "chromium",
      "chromium-browser",
      "/snap/bin/chromium",
      "/usr/lib/chromium/chromium",
      "/usr/lib/chromium-browser/chromium",
    ],
  ],
];

const MAC: Places = [
  ["chrome", ["Google Chrome"]],
  ["brave", ["Brave Browser"]],
  ["edge", ["Microsoft Edge"]],
  ["chromium", ["Chromium"]],
  ["canary", ["Google Chrome Canary"]],
];

const WINDOWS: Places = [
  ["chrome", ["Google\\Chrome\\Application\\chrome.exe"]],
  ["brave", ["BraveSoftware\\Brave-Browser\\Application\\brave.exe"]],
  ["edge", ["Microsoft\\Edge\\Application\\msedge.exe"]],
  ["chromium", ["Chromium\\Application\\chrome.exe"]],
  ["canary", ["Google\\Chrome SxS\\Application\\chrome.exe"]],
];

/** The browser to start: the one of `named` when that is given, else the first in the usual places of this system. */
export function findBrowser(inputs: FindInputs, named?: string): FoundBrowser | undefined {
  if (named !== undefined) return isProgram(named) ? { kind: "custom", path: named } : undefined;
  switch (inputs.platform) {
    case "darwin":
      return first(MAC, (name) =>
        ["/Applications", join(inputs.home, "Applications")].map((folder) =>
          join(folder, `${name}.app`, "Contents", "MacOS", name),
        ),
      );
    case "win32": {
      const { variables } = inputs;
      const roots = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap(
        (name) => variables[name] ?? [],
      );
      return first(WINDOWS, (path) => roots.map((root) => join(root, path)));
    }
    default:
      return first(LINUX, (name) => [programAt(name, inputs.variables)]) ?? playwrights(inputs);
  }
}

/** What tells a person how to get one. */
export function installAdvice(platform: NodeJS.Platform): string {
  const install =
    platform === "linux"
      ? "Install one, for example: apt-get install chromium"
      : "Install Google Chrome, Brave, Edge or Chromium";
  return `${install}; or name it: openclaw config set browser.executablePath <path>`;
}

function isProgram(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

function first(
  places: Places,
  paths: (name: string) => readonly (string | undefined)[],
): FoundBrowser | undefined {
  for (const [kind, names] of places) {
    const path = names.flatMap(paths).find((one) => one !== undefined && isProgram(one));
    if (path !== undefined) return { kind, path };
  }
  return undefined;
}

function programAt(name: string, variables: Readonly<Record<string, string>>): string | undefined {
  return name.startsWith("/") ? name : (findProgram(name, variables["PATH"]) ?? findProgram(name, undefined));
}

/** The newest one that Playwright keeps. */
function playwrights({ home, variables }: FindInputs): FoundBrowser | undefined {
  const root = variables["PLAYWRIGHT_BROWSERS_PATH"] ?? join(home, ".cache", "ms-playwright");
  const builds = names(root)
    .flatMap((name) => /^chromium-(\d+)$/.exec(name) ?? [])
    .filter((name) => name.startsWith("chromium-"))
    .toSorted((a, b) => Number(b.slice(9)) - Number(a.slice(9)));
  const path = builds
    .flatMap((build) =>
      ["chrome-linux", "chrome-linux64"].map((folder) => join(root, build, folder, "chrome")),
    )
    .find(isProgram);
  return path === undefined ? undefined : { kind: "chromium", path };
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

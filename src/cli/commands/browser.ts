import { type Command, defineCommand } from "../command.ts";
import { choice, choiceOr, filled, integer, list, text, toggle } from "../flags.ts";
import { gatewayFlags } from "../rpc/flags.ts";

/** A browser may have to start first, and pages take their time. */
const TIMEOUT_MS = 30_000;

const profile = filled("name", "Browser profile; the default one when not given");
const rpc = { browserProfile: profile, ...gatewayFlags(TIMEOUT_MS) };
const targetId = filled("tab", "Tab by its handle (t1), label or id; the one last used when not given");
const inTab = { targetId, ...rpc };
const out = filled("path", "Write the file here as well, on this machine");
const ref = { name: "ref", summary: "Element of the last snapshot, for example e12", required: true };
const address = { name: "url", summary: "Address, beginning with http:// or https://", required: true };
const tab = { name: "tab", summary: "Handle (t1), label or id of the tab" };

export const plainFlags = rpc;
export const tabFlags = inTab;
export const startFlags = { headless: toggle("Show no window, this time"), ...rpc };
export const createFlags = {
  name: filled("name", "Name: lower-case letters, digits and dashes"),
  color: filled("hex", "Colour in lists, for example #0066CC"),
  cdpUrl: filled("url", "DevTools address of a browser that runs elsewhere"),
  driver: choice(["openclaw"], "How it is driven"),
  ...rpc,
};
export const deleteFlags = { name: filled("name", "Name of the profile"), ...rpc };
export const openFlags = { label: filled("label", "Name to call the tab by"), ...rpc };
export const snapshotFlags = {
  format: choiceOr(["ai", "aria"], "ai", "Text, or elements one by one"),
  interactive: toggle("Only what something can be done with"),
  compact: toggle("Without what holds nothing named"),
  efficient: toggle("Interactive, compact and short"),
  depth: integer("levels", "Deepest level shown", { min: 0 }),
  limit: integer("count", "Most elements, with --format aria", { min: 1 }),
  maxChars: integer("chars", "Longest text", { min: 1 }),
  selector: filled("css", "Only what is below this element"),
  query: filled("words", "Only lines with all of these words"),
  urls: toggle("Show where links lead"),
  out: filled("path", "Write the snapshot to a file"),
  ...inTab,
};
export const screenshotFlags = {
  fullPage: toggle("The whole page, not only what is in the window"),
  ref: filled("ref", "One element of the last snapshot"),
  element: filled("css", "One element by CSS selector"),
  type: choiceOr(["png", "jpeg"], "png", "Kind of picture"),
  out,
  ...inTab,
};
export const pdfFlags = { out, ...inTab };
export const consoleFlags = {
  level: choice(["error", "warning", "info"], "Leave out what is less than this"),
  ...inTab,
};
export const clickFlags = {
  double: toggle("Click twice"),
  button: choiceOr(["left", "right", "middle"], "left", "Button"),
  modifiers: list("key", "Key held meanwhile, for example Shift"),
  ...inTab,
};
export const typeFlags = {
  submit: toggle("Press Enter afterwards"),
  slowly: toggle("Key by key"),
  ...inTab,
};
export const fillFlags = {
  fields: filled("json", `Fields, for example '[{"ref":"e1","value":"Ada"}]'`),
  ...inTab,
};
const { url: _gatewayUrl, ...rpcOfWait } = rpc;
export const waitFlags = {
  time: integer("ms", "Wait this long", { min: 0 }),
  text: filled("text", "Wait for this text"),
  textGone: filled("text", "Wait until this text is gone"),
  url: filled("pattern", `Wait for this address of the page, for example "**/done"`),
  load: choice(["load", "domcontentloaded", "networkidle"], "Wait for this state of the page"),
  fn: filled("script", "Wait until this script gives something true"),
  timeoutMs: integer("ms", "Give up after this long", { min: 1 }),
  targetId,
  ...rpcOfWait,
};
export const evaluateFlags = {
  fn: filled("script", "Function, expression, or body of a function"),
  ref: filled("ref", "Element that the function is called with"),
  timeoutMs: integer("ms", "Longest run of the script", { min: 1 }),
  ...inTab,
};
export const dialogFlags = {
  accept: toggle("Say yes"),
  dismiss: toggle("Say no"),
  prompt: text("text", "What is written into its field"),
  dialogId: filled("id", "Which dialog"),
  ...inTab,
};

const lifecycle: readonly Command[] = [
  defineCommand({
    name: "status",
    summary: "Whether the browser of a profile runs, and what it would be started with",
    flags: plainFlags,
    examples: [["openclaw browser status", "See how things are"]],
    load: () => import("../browser/status.ts"),
  }),
  defineCommand({
    name: "start",
    summary: "Start the browser of a profile",
    flags: startFlags,
    examples: [["openclaw browser --browser-profile work start", "Start another profile's browser"]],
    load: async () => ({ run: (await import("../browser/lifecycle.ts")).start }),
  }),
  defineCommand({
    name: "stop",
    summary: "End the browser of a profile",
    flags: plainFlags,
    examples: [["openclaw browser stop", "End the browser"]],
    load: async () => ({ run: (await import("../browser/lifecycle.ts")).stop }),
  }),
  defineCommand({
    name: "profiles",
    summary: "The browser profiles there are",
    flags: plainFlags,
    examples: [["openclaw browser profiles", "List the profiles with their ports"]],
    load: async () => ({ run: (await import("../browser/profiles.ts")).show }),
  }),
  defineCommand({
    name: "create-profile",
    summary: "Make a browser profile, with a DevTools port of its own",
    flags: createFlags,
    examples: [["openclaw browser create-profile --name work", "Make a profile"]],
    load: async () => ({ run: (await import("../browser/profiles.ts")).create }),
  }),
  defineCommand({
    name: "delete-profile",
    summary: "Forget a browser profile; its data is moved aside",
    flags: deleteFlags,
    examples: [["openclaw browser delete-profile --name work", "Forget a profile"]],
    load: async () => ({ run: (await import("../browser/profiles.ts")).remove }),
  }),
];

const tabs: readonly Command[] = [
  defineCommand({
    name: "tabs",
    summary: "The tabs that are open",
    flags: plainFlags,
    examples: [["openclaw browser tabs", "List the tabs"]],
    load: async () => ({ run: (await import("../browser/tabs.ts")).show }),
  }),
  defineCommand({
    name: "open",
    summary: "Open an address in a new tab",
    args: [address],
    flags: openFlags,
    examples: [["openclaw browser open https://example.com --label docs", "Open a page"]],
    load: async () => ({ run: (await import("../browser/tabs.ts")).open }),
  }),
  defineCommand({
    name: "focus",
    summary: "Bring a tab to the front",
    args: [{ ...tab, required: true }],
    flags: plainFlags,
    examples: [["openclaw browser focus docs", "Bring a tab to the front"]],
    load: async () => ({ run: (await import("../browser/tabs.ts")).focus }),
  }),
  defineCommand({
    name: "close",
    summary: "Close a tab; the one last used when none is named",
    args: [tab],
    flags: plainFlags,
    examples: [["openclaw browser close t2", "Close a tab"]],
    load: async () => ({ run: (await import("../browser/tabs.ts")).close }),
  }),
  defineCommand({
    name: "navigate",
    summary: "Go to another address in a tab",
    args: [address],
    flags: tabFlags,
    examples: [["openclaw browser navigate https://example.com", "Go somewhere else"]],
    load: async () => ({ run: (await import("../browser/tabs.ts")).navigate }),
  }),
];

const looks: readonly Command[] = [
  defineCommand({
    name: "snapshot",
    summary: "What is on a page, with a ref for each element something can be done with",
    flags: snapshotFlags,
    examples: [["openclaw browser snapshot --interactive", "See what can be clicked"]],
    load: async () => ({ run: (await import("../browser/look.ts")).snapshot }),
  }),
  defineCommand({
    name: "screenshot",
    summary: "A picture of a page",
    flags: screenshotFlags,
    examples: [["openclaw browser screenshot --full-page --out page.png", "Take a picture"]],
    load: async () => ({ run: (await import("../browser/look.ts")).screenshot }),
  }),
  defineCommand({
    name: "pdf",
    summary: "A page on paper",
    flags: pdfFlags,
    examples: [["openclaw browser pdf --out page.pdf", "Keep a page"]],
    load: async () => ({ run: (await import("../browser/look.ts")).pdf }),
  }),
  defineCommand({
    name: "console",
    summary: "What a page said to its console, and the errors nobody caught",
    flags: consoleFlags,
    examples: [["openclaw browser console --level error", "See what went wrong"]],
    load: async () => ({ run: (await import("../browser/look.ts")).messages }),
  }),
];

const acts: readonly Command[] = [
  defineCommand({
    name: "click",
    summary: "Click an element",
    args: [ref],
    flags: clickFlags,
    examples: [["openclaw browser click e12", "Click"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).click }),
  }),
  defineCommand({
    name: "type",
    summary: "Write text into a field, in the place of what it has",
    args: [ref, { name: "text", summary: "The text", required: true }],
    flags: typeFlags,
    examples: [[`openclaw browser type e23 "hello" --submit`, "Write and send"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).type }),
  }),
  defineCommand({
    name: "press",
    summary: "Press a key",
    args: [{ name: "key", summary: "Key, for example Enter or Control+Shift+T", required: true }],
    flags: tabFlags,
    examples: [["openclaw browser press Escape", "Press a key"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).press }),
  }),
  defineCommand({
    name: "hover",
    summary: "Put the pointer over an element",
    args: [ref],
    flags: tabFlags,
    examples: [["openclaw browser hover e4", "Show what appears under the pointer"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).hover }),
  }),
  defineCommand({
    name: "scrollintoview",
    summary: "Bring an element into view",
    args: [ref],
    flags: tabFlags,
    examples: [["openclaw browser scrollintoview e40", "Scroll to an element"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).scrollIntoView }),
  }),
  defineCommand({
    name: "select",
    summary: "Choose options of a list",
    args: [ref, { name: "values", summary: "Values or labels of the options", required: true, rest: true }],
    flags: tabFlags,
    examples: [["openclaw browser select e9 Green", "Choose"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).select }),
  }),
  defineCommand({
    name: "fill",
    summary: "Fill several fields",
    flags: fillFlags,
    examples: [[`openclaw browser fill --fields '[{"ref":"e1","value":"Ada"}]'`, "Fill a form"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).fill }),
  }),
  defineCommand({
    name: "wait",
    summary: "Wait for something on a page",
    description:
      "Here --url is an address of the page; which gateway is meant comes from --port, OPENCLAW_GATEWAY_URL or the configuration.",
    args: [{ name: "selector", summary: "CSS selector of an element that is to appear" }],
    flags: waitFlags,
    examples: [[`openclaw browser wait --text "Done"`, "Wait for a text"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).wait }),
  }),
  defineCommand({
    name: "evaluate",
    summary: "Run a script in a page and show what it gives back",
    flags: evaluateFlags,
    examples: [["openclaw browser evaluate --fn '() => document.title'", "Read the title"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).evaluate }),
  }),
  defineCommand({
    name: "dialog",
    summary: "Answer the dialog a page shows, or the next one",
    flags: dialogFlags,
    examples: [["openclaw browser dialog --accept", "Say yes"]],
    load: async () => ({ run: (await import("../browser/acts.ts")).dialog }),
  }),
];

export const browserCommand = defineCommand({
  name: "browser",
  summary: "The browser of the agents: a profile of its own, steered by the gateway",
  examples: [
    ["openclaw browser open https://example.com", "Open a page; the browser starts by itself"],
    ["openclaw browser snapshot", "See what is on it"],
    ["openclaw browser click e12", "Click what the snapshot called e12"],
  ],
  subcommands: [...lifecycle, ...tabs, ...looks, ...acts],
});

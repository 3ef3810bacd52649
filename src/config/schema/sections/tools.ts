import { Type } from "@sinclair/typebox";
import { sender } from "./commands.ts";
import { choice, decimal, flag, integer, lazy, map, opaque, section, text, texts } from "../field.ts";

const profile = () =>
  choice(["minimal", "coding", "messaging", "full"], "Profile", "Set of tools the lists below start from.");

/** `{allow, alsoAllow, deny}`: which tools may run. */
export const toolLists = lazy(() => ({
  allow: texts("Only", "Tools that may run; all others may not."),
  alsoAllow: texts("Also", "Tools added to the profile."),
  deny: texts("Never", "Tools that may not run; wins over the others."),
}));

/** The same as a value of a map. */
export const toolPolicy = () =>
  Type.Object(toolLists(), {
    title: "Tools",
    description: "Which tools may run.",
    additionalProperties: false,
  });

/** Rules for one model, provider or sender, as `tools` and each agent have them. */
const toolRules = () => ({
  profile: profile(),
  ...toolLists(),
  byProvider: map(
    Type.Object(
      { ...toolLists(), profile: profile() },
      { title: "Tools", description: "Which tools may run.", additionalProperties: false },
    ),
    "By provider",
    "The same for one model or provider.",
  ),
  toolsBySender: map(toolPolicy(), "By sender", "The same for one sender."),
});

const elevated = () =>
  section("Elevated", "Commands outside the sandbox.", {
    enabled: flag("Enabled", "Allows them."),
    allowFrom: map(Type.Array(sender()), "Senders", "Who may ask for it, by channel."),
  });

const message = () =>
  section("Messages", "Sending to chats.", {
    crossContext: section(
      "Other chats",
      "Whether the owner's turns may act in chats they did not come from.",
      {
        allowWithinProvider: flag("Same channel", "In other chats of the same channel; true unless set."),
        allowAcrossProviders: flag("Other channels", "In chats of other channels; true unless set."),
        marker: opaque("Marker", "Words that say where such a message comes from."),
      },
    ),
    actions: section("Actions", "What it may do beside sending.", { allow: texts("Allowed", "Actions.") }),
    broadcast: section("Broadcast", "Sending to many.", { enabled: flag("Enabled", "Allows it.") }),
  });

const fs = () =>
  section("Files", "Access to files.", {
    workspaceOnly: flag(
      "Workspace only",
      "Keeps file tools in the agent's folders; false lets the owner's turns reach every file of the account.",
    ),
  });

const loopDetection = () =>
  section("Loops", "Stops an agent that repeats itself.", { enabled: flag("Enabled", "Watches for it.") });

const exec = () =>
  section("Shell", "How commands are run.", {
    host: choice(["auto", "sandbox", "gateway", "node"], "Host", "Where they run."),
    mode: choice(["deny", "allowlist", "ask", "auto", "full"], "Mode", "Which commands run without asking."),
    security: choice(["deny", "allowlist", "full"], "Security", "Older form of the mode."),
    ask: choice(["off", "on-miss", "always"], "Ask", "When an operator is asked."),
    node: text("Node", "Node they run on."),
    pathPrepend: texts("PATH", "Folders put before PATH."),
    safeBins: texts("Safe programs", "Programs that run without asking."),
    safeBinTrustedDirs: texts("Trusted folders", "Folders safe programs lie in."),
    strictInlineEval: flag("Inline code", "Asks before code given on the command line."),
    backgroundMs: integer("Foreground (ms)", "When a command moves to the background.", {
      exclusiveMinimum: 0,
    }),
    timeoutSeconds: integer("Time limit (s)", "Longest a command may take.", { exclusiveMinimum: 0 }),
    cleanupMs: integer("Cleanup (ms)", "How long a finished command is remembered.", { exclusiveMinimum: 0 }),
    notifyOnExit: flag("Tell when done", "Wakes the agent when a background command ends."),
  });

const web = () =>
  section("Web", "Search and fetch.", {
    search: section("Search", "Web search.", {
      enabled: flag("Enabled", "Offers the tool."),
      provider: text("Provider", "Search engine."),
      maxResults: integer("Results", "Results at most.", { exclusiveMinimum: 0 }),
      timeoutSeconds: integer("Time limit (s)", "Longest a search may take.", { exclusiveMinimum: 0 }),
      cacheTtlMinutes: decimal("Cache (min)", "How long results are kept.", { minimum: 0 }),
      apiKey: text("API key (older key)", "Accepted from older files.", { sensitive: true }),
    }),
    fetch: section("Fetch", "Reading of pages.", {
      enabled: flag("Enabled", "Offers the tool."),
      provider: text("Provider", "Service that fetches."),
      maxChars: integer("Text limit", "Characters the agent sees.", { exclusiveMinimum: 0 }),
      maxCharsCap: integer("Text cap", "Most the agent may ask for.", { exclusiveMinimum: 0 }),
      maxResponseBytes: integer("Size limit (bytes)", "Largest page.", { exclusiveMinimum: 0 }),
      timeoutSeconds: integer("Time limit (s)", "Longest a fetch may take.", { exclusiveMinimum: 0 }),
      cacheTtlMinutes: decimal("Cache (min)", "How long pages are kept.", { minimum: 0 }),
      maxRedirects: integer("Redirects", "Redirects that are followed.", { minimum: 0 }),
      userAgent: text("User agent", "Name given to sites."),
      headers: map(Type.String(), "Headers", "Sent with each request.", { sensitive: true }),
      readability: flag("Readability", "Keeps only the article."),
    }),
  });

/** `agents.entries.*.tools`: what one agent may do. */
export const agentTools = () =>
  section("Tools", "What it may do, as in tools.", {
    ...toolRules(),
    exec: exec(),
    message: message(),
    elevated: elevated(),
    fs: fs(),
    loopDetection: loopDetection(),
  });

/** `tools`: what agents may do. */
export const tools = lazy(() =>
  section("Tools", "What agents may do.", {
    ...toolRules(),
    exec: exec(),
    web: web(),
    media: opaque("Media", "Understanding of images, audio and video."),
    sessions: section("Sessions", "Access to other sessions.", {
      visibility: choice(["self", "tree", "agent", "all"], "Visibility", "Sessions an agent sees."),
    }),
    elevated: elevated(),
    message: message(),
    fs: fs(),
    loopDetection: loopDetection(),
    agentToAgent: section("Agents", "Messages between agents.", {
      enabled: flag("Enabled", "Allows them."),
      allow: texts("Allowed", "Agents that may take part, * for any; both sides must be listed."),
    }),
  }),
);

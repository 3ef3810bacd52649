import { Type } from "@sinclair/typebox";
import { oneOf } from "../../../protocol/index.ts";
import { choice, decimal, flag, integer, lazy, list, map, opaque, section, text, texts } from "../field.ts";
import { modelChoice } from "../sections/models.ts";
import { sandbox } from "./sandbox.ts";

const THINKING = ["off", "minimal", "low", "medium", "high", "xhigh", "adaptive", "max", "ultra"] as const;

/** Keys an agent and the defaults of all agents share. */
export const sharedAgentKeys = lazy(() => ({
  model: modelChoice("Model", "Model that answers, and what to try when it fails."),
  utilityModel: text("Utility model", "Model for small jobs such as titles."),
  models: map(
    Type.Record(Type.String(), Type.Unknown()),
    "Model settings",
    "Alias and parameters of each model that may be chosen.",
  ),
  modelPolicy: section("Model policy", "Which models may be chosen.", {
    allow: texts("Allowed", "Models, * at the end for all."),
  }),
  cwd: text("Working folder", "Folder commands run in; the workspace when absent."),
  skills: texts("Skills", "Skills that are offered; all when absent."),
  contextInjection: choice(
    ["always", "continuation-skip", "never"],
    "Workspace files",
    "When they go into the prompt.",
  ),
  thinkingDefault: choice(THINKING, "Thinking", "How hard it thinks when nothing else is said."),
  verboseDefault: choice(["off", "on", "full"], "Verbose", "How much is told of tool use."),
  reasoningDefault: choice(["off", "on", "stream"], "Reasoning", "Whether thoughts are shown."),
  humanDelay: section("Human delay", "Pauses between parts of an answer.", {
    mode: choice(["off", "natural", "custom"], "Mode", "None, natural, or as set."),
    minMs: integer("Shortest (ms)", "Shortest pause.", { minimum: 0 }),
    maxMs: integer("Longest (ms)", "Longest pause.", { minimum: 0 }),
  }),
  typingMode: choice(["never", "instant", "thinking", "message"], "Typing", "When the typing sign is shown."),
  heartbeat: heartbeat(),
  sandbox: sandbox(),
}));

const heartbeat = () =>
  section("Heartbeat", "Wakes the agent now and then.", {
    every: text("Every", "Interval, for example 30m; 0m turns it off.", { default: "30m" }),
    activeHours: section("Active hours", "When it may wake.", {
      start: text("From", "Hour and minute."),
      end: text("To", "Hour and minute."),
      timezone: text("Time zone", "user, local, or a zone."),
    }),
    model: text("Model", "Model that answers."),
    session: text("Session", "Session it runs in."),
    target: text("Target", "Where it may speak.", { default: "owner" }),
    directPolicy: choice(["allow", "block"], "Direct messages", "Whether it may write to people."),
    to: text("To", "Chat it writes to."),
    accountId: text("Account", "Account it writes from."),
    prompt: text("Prompt", "What it is asked."),
    timeoutSeconds: integer("Time limit (s)", "Longest a run may take.", { exclusiveMinimum: 0 }),
    lightContext: flag("Light context", "Leaves most of the prompt out."),
    isolatedSession: flag("Own session", "Runs in a fresh session."),
    agentId: text("Agent", "Agent that wakes.", { minLength: 1 }),
  });

const compaction = () =>
  section("Compaction", "Shortens a conversation that grows too long.", {
    enabled: flag("Enabled", "Does it by itself.", { default: true }),
    mode: choice(["default", "safeguard"], "Mode", "How careful it is.", { default: "safeguard" }),
    model: text("Model", "Model that writes the summary."),
    provider: text("Provider", "Who writes the summary."),
    keepRecentTokens: integer("Keep", "Tokens of the end that stay.", { exclusiveMinimum: 0 }),
    timeoutSeconds: integer("Time limit (s)", "Longest it may take.", { exclusiveMinimum: 0 }),
    memoryFlush: opaque("Memory", "Writes down what matters before."),
    notifyUser: flag("Tell", "Says when it happens."),
  });

const subagents = () =>
  section("Helpers", "Agents an agent may start.", {
    maxConcurrent: integer("At once", "Helpers that run at once.", { default: 8, exclusiveMinimum: 0 }),
    maxSpawnDepth: integer("Depth", "Helpers of helpers.", { minimum: 1, maximum: 5 }),
    maxChildrenPerAgent: integer("Each", "Helpers one agent may have.", { minimum: 1, maximum: 20 }),
    archiveAfterMinutes: integer("Archive (min)", "When a finished one is put away.", {
      default: 60,
      minimum: 0,
    }),
    allowAgents: texts("Agents", "Agents that may be started."),
    model: modelChoice("Model", "Model of helpers."),
    thinking: text("Thinking", "How hard they think."),
    runTimeoutSeconds: integer("Time limit (s)", "Longest one may take.", { minimum: 0 }),
  });

const blocks = (title: string, description: string) =>
  section(title, description, {
    minChars: integer("Shortest", "Characters at least.", { exclusiveMinimum: 0 }),
    maxChars: integer("Longest", "Characters at most.", { exclusiveMinimum: 0 }),
    idleMs: integer("Pause (ms)", "Pause that ends a part.", { minimum: 0 }),
    breakPreference: choice(["paragraph", "newline", "sentence"], "Break", "Where to break."),
  });

/** `agents.defaults`: what holds for every agent that says nothing else. */
export const agentDefaults = () =>
  section(
    "Agent defaults",
    "What holds for every agent that says nothing else.",
    {
      workspace: text("Workspace", "Folder of the agent's files.", { placeholder: "~/.openclaw/workspace" }),
      ...sharedAgentKeys(),
      imageModel: modelChoice("Image model", "Model that looks at images."),
      pdfModel: modelChoice("PDF model", "Model that reads PDF files."),
      mediaModels: opaque("Media models", "Models that make images, video and music."),
      repoRoot: text("Repository", "Repository named in the prompt."),
      systemAgent: section("System agent", "Who does what belongs to no agent in particular.", {
        agentId: text("Agent", "Id of the default agent when there are several.", { minLength: 1 }),
      }),
      silentReply: section("Silent replies", "Where the agent may stay silent by answering NO_REPLY.", {
        group: choice(["allow", "disallow"], "Groups", "In group chats.", { default: "disallow" }),
        internal: choice(["allow", "disallow"], "Internal", "In work that nobody asked for by chat."),
      }),
      skipBootstrap: flag("No first files", "Puts no files into a new workspace."),
      skipOptionalBootstrapFiles: list(
        oneOf(["SOUL.md", "USER.md", "IDENTITY.md"]),
        "Without these files",
        "First files that a new workspace does not get and that nobody misses.",
      ),
      bootstrapMaxChars: integer("File limit", "Characters of one workspace file in the prompt.", {
        default: 20_000,
        exclusiveMinimum: 0,
      }),
      bootstrapTotalMaxChars: integer("Files limit", "Characters of all of them.", {
        default: 60_000,
        exclusiveMinimum: 0,
      }),
      userTimezone: text("Time zone", "Time zone of the user.", { placeholder: "Europe/Vienna" }),
      elevatedDefault: choice(["off", "on", "ask", "full"], "Elevated", "Commands outside the sandbox."),
      blockStreamingDefault: choice(["off", "on"], "Parts", "Sends a long answer in parts."),
      blockStreamingBreak: choice(["text_end", "message_end"], "Parts end", "When a part is sent."),
      blockStreamingChunk: blocks("Part size", "How long parts are."),
      blockStreamingCoalesce: blocks("Part joining", "Joins short parts."),
      typingIntervalSeconds: integer("Typing (s)", "How often the typing sign is renewed.", {
        exclusiveMinimum: 0,
      }),
      timeoutSeconds: integer("Time limit (s)", "Longest a run may take; 0 for none.", { minimum: 0 }),
      mediaMaxMb: decimal("Media (MB)", "Largest attachment.", { exclusiveMinimum: 0 }),
      maxConcurrent: integer(
        "At once",
        "Runs at once, over all sessions; 4 for each processor when absent, at least 64.",
        {
          exclusiveMinimum: 0,
        },
      ),
      subagents: subagents(),
      compaction: compaction(),
      contextPruning: opaque("Pruning", "Leaves old tool results out."),
    },
    { default: {} },
  );

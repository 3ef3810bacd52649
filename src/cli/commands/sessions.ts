import { defineCommand } from "../command.ts";
import { filled, type Flag, integer, toggle } from "../flags.ts";
import { gatewayFlags, jsonFlag } from "../rpc/flags.ts";
import { CliError } from "../errors.ts";

const TIMEOUT_MS = 10_000;

/** A compaction asks a model, which may take its time. */
const COMPACT_TIMEOUT_MS = 180_000;

/** Sessions shown unless told. */
const LIST_LIMIT = 100;

/** Messages shown of one session unless told. */
const SHOW_LIMIT = 20;

const rpc = gatewayFlags(TIMEOUT_MS);
const agent = filled("id", "Agent; a bare key belongs to it");
const key = { name: "key", summary: "Session key, for example agent:main:main", required: true };
const keys = { name: "keys", summary: "Session keys", required: true, rest: true };

/** A whole number of at least 1, or `all`. */
function countOrAll(fallback: number, summary: string): Flag<number | "all"> {
  return {
    summary,
    placeholder: "count",
    fallback: String(fallback),
    absent: fallback,
    read(raw, _before, name) {
      if (raw.trim() === "all") return "all";
      const value = /^\d{1,9}$/.test(raw.trim()) ? Number(raw.trim()) : 0;
      if (value >= 1) return value;
      throw new CliError(`Invalid --${name}. Use a whole number of at least 1, or all.`);
    },
  };
}

export const listFlags = {
  active: integer("minutes", "Only sessions with activity in the last so many minutes", { min: 1 }),
  agent: filled("id", "Only sessions of this agent"),
  allAgents: toggle("Sessions of every agent, which is the default"),
  limit: countOrAll(LIST_LIMIT, "Most sessions to show, or all"),
  ...rpc,
};

export const showFlags = { agent, limit: countOrAll(SHOW_LIMIT, "Last messages to show, or all"), ...rpc };

export const deleteFlags = {
  agent,
  dryRun: toggle("Say what would be deleted, and delete nothing"),
  yes: toggle("Do not ask"),
  ...rpc,
};

export const archiveFlags = {
  agent,
  dryRun: toggle("Say what would be archived, and change nothing"),
  ...rpc,
};

export const resetFlags = { agent, ...rpc };

export const compactFlags = {
  agent,
  maxLines: integer("count", "Keep the last so many lines instead of asking a model for a summary", {
    min: 1,
  }),
  ...gatewayFlags(COMPACT_TIMEOUT_MS),
};

export const exportFlags = {
  agent,
  sessionId: filled("id", "An earlier transcript of the session, by its id"),
  output: filled("path", "Write to this file instead of standard output"),
  force: toggle("Replace the file if it is there"),
};

export const importFlags = { yes: toggle("Do it; without, only say what would be done"), ...jsonFlag };

export const usageFlags = {
  agent: filled("id", "Only this agent"),
  days: integer("count", "Days up to today; 30 unless told", { min: 1, max: 3_650 }),
  ...rpc,
};

const listExamples = [
  ["openclaw sessions", "List the sessions, newest activity first"],
  ["openclaw sessions --active 120", "Only those of the last two hours"],
  ["openclaw sessions --agent work --json", "One agent's, for a script"],
] as const;

const loadList = () => import("../sessions/list.ts");

export const sessionsCommand = defineCommand({
  name: "sessions",
  summary: "Conversations: list them, read them, clean up",
  description: "Without a subcommand this is `sessions list`.",
  flags: listFlags,
  examples: listExamples,
  load: loadList,
  subcommands: [
    defineCommand({
      name: "list",
      summary: "The sessions with their age, model and tokens",
      flags: listFlags,
      examples: listExamples,
      load: loadList,
    }),
    defineCommand({
      name: "show",
      summary: "One session and its last messages",
      args: [key],
      flags: showFlags,
      examples: [
        ["openclaw sessions show agent:main:main", "Read the end of a conversation"],
        ["openclaw sessions show main --agent ops --limit all", "Read all of another one"],
      ],
      load: () => import("../sessions/show.ts"),
    }),
    defineCommand({
      name: "reset",
      summary: "Begin a conversation anew under the same key",
      description: "What was said stays in the transcript; the model no longer sees it.",
      args: [key],
      flags: resetFlags,
      examples: [["openclaw sessions reset agent:main:main", "Forget what was said so far"]],
      load: () => import("../sessions/reset.ts"),
    }),
    defineCommand({
      name: "compact",
      summary: "Replace the older part of a conversation by a summary",
      args: [key],
      flags: compactFlags,
      examples: [
        ["openclaw sessions compact agent:main:main", "Let the model summarize what is old"],
        ["openclaw sessions compact agent:main:main --max-lines 200", "Keep the last 200 lines instead"],
      ],
      load: () => import("../sessions/compact.ts"),
    }),
    defineCommand({
      name: "archive",
      summary: "Put sessions away; their next message brings them back",
      args: [keys],
      flags: archiveFlags,
      examples: [["openclaw sessions archive agent:main:notes", "Put one session away"]],
      load: () => import("../sessions/archive.ts"),
    }),
    defineCommand({
      name: "delete",
      summary: "Delete sessions and their transcripts",
      args: [keys],
      flags: deleteFlags,
      examples: [
        ["openclaw sessions delete agent:main:notes", "Delete one session, after a question"],
        ["openclaw sessions delete agent:main:a agent:main:b --yes", "Delete two without a question"],
        ["openclaw sessions delete agent:main:notes --dry-run", "See what would be deleted"],
      ],
      load: () => import("../sessions/delete.ts"),
    }),
    defineCommand({
      name: "export",
      summary: "A transcript as JSONL, one event a line",
      description: "Reads the state database of this machine, whether a gateway runs or not.",
      args: [key],
      flags: exportFlags,
      examples: [
        ["openclaw sessions export main --output main.jsonl", "Keep what was said in the main session"],
        ["openclaw sessions export agent:ops:notes", "Print a transcript"],
      ],
      load: () => import("../sessions/export.ts"),
    }),
    defineCommand({
      name: "import",
      summary: "Take over the sessions of another OpenClaw",
      description:
        "Shows what would be taken over; with --yes it is done. The path is a state folder, the folder of an agent, a sessions folder, or an agent's database. Nothing of it is changed. Stop the gateway first.",
      args: [
        { name: "path", summary: "Where the sessions are, for example ~/.openclaw.old", required: true },
      ],
      flags: importFlags,
      examples: [
        ["openclaw sessions import ~/.openclaw.old", "See what there is"],
        ["openclaw sessions import ~/.openclaw.old --yes", "Take it over"],
      ],
      load: () => import("../sessions/import.ts"),
    }),
    defineCommand({
      name: "usage",
      summary: "Tokens and their price, by model and session",
      args: [{ name: "key", summary: "Only this session" }],
      flags: usageFlags,
      examples: [
        ["openclaw sessions usage --days 7", "What the last week cost"],
        ["openclaw sessions usage agent:main:main", "What one conversation cost"],
      ],
      load: () => import("../sessions/usage.ts"),
    }),
  ],
});

import { Type } from "@sinclair/typebox";
import { choice, flag, integer, lazy, list, map, section, text, texts } from "../field.ts";

const LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;
/** 100 MB: a day of a busy gateway at level debug. */
const DEFAULT_LOG_FILE_BYTES = 100 * 1024 * 1024;

/** `meta`: what the program notes about the file itself. */
export const meta = lazy(() =>
  section("File notes", "What the program notes about this file; not for editing.", {
    lastTouchedVersion: text(
      "Last writer",
      "Version that last wrote the file; an older one will not rewrite it.",
    ),
    lastTouchedAt: text("Last written", "When the file was last written."),
    migrations: map(Type.Boolean(), "Migrations", "Rewrites of older keys that have been done.", {
      advanced: true,
    }),
  }),
);

/** `logging`: files, levels, redaction. */
export const logging = lazy(() =>
  section(
    "Logging",
    "The log file and the console.",
    {
      level: choice(LEVELS, "File level", "Least important record the log file takes.", { default: "info" }),
      file: text("File", "Where to write in place of the default path.", { advanced: true }),
      maxFileBytes: integer("File size (bytes)", "Size at which a new file is begun.", {
        default: DEFAULT_LOG_FILE_BYTES,
        exclusiveMinimum: 0,
        advanced: true,
      }),
      consoleLevel: choice(LEVELS, "Console level", "Least important record the console shows.", {
        default: "info",
      }),
      consoleStyle: choice(
        ["pretty", "compact", "json"],
        "Console style",
        "For people, in one plain line, or as JSON. When absent: pretty on a terminal, else compact.",
      ),
      redactSensitive: choice(
        ["off", "tools"],
        "Redact (older key)",
        "Accepted from older files; secrets are always redacted.",
        {
          advanced: true,
        },
      ),
      redactPatterns: texts("Redact", "Regular expressions; what they match is redacted as well.", {
        default: [],
        advanced: true,
      }),
      audit: section(
        "Audit log",
        "A record of what operators and agents did.",
        {
          enabled: flag("Enabled", "Keeps the record.", { default: true }),
          executionIdentity: flag("Who ran it", "Notes the identity behind each run."),
          messages: choice(["off", "direct", "all"], "Messages", "Which messages are recorded.", {
            default: "off",
          }),
        },
        { default: {}, advanced: true },
      ),
    },
    { default: {} },
  ),
);

/** `env`: variables added to the process environment. */
export const env = lazy(() =>
  section(
    "Environment",
    "Variables added to the process environment; a variable that is already set wins.",
    {
      vars: map(Type.String(), "Variables", "Names and values.", { default: {}, sensitive: true }),
      shellEnv: section(
        "Login shell",
        "Takes missing variables from the login shell.",
        {
          enabled: flag("Enabled", "Asks the login shell.", { default: false }),
          timeoutMs: integer("Time limit (ms)", "Longest the shell may take.", {
            default: 15_000,
            minimum: 0,
          }),
        },
        { default: {}, advanced: true },
      ),
    },
    { default: {} },
  ),
);

/** `discovery`: how the gateway is found in the network. */
export const discovery = lazy(() =>
  section(
    "Discovery",
    "How apps find the gateway.",
    {
      mdns: section(
        "mDNS",
        "Announcement in the local network.",
        {
          mode: choice(
            ["off", "minimal", "full"],
            "Mode",
            "No announcement, name and port only, or with paths too.",
            {
              default: "minimal",
            },
          ),
        },
        { default: {} },
      ),
      wideArea: section(
        "Wide area",
        "Announcement through DNS.",
        {
          enabled: flag("Enabled (older key)", "Accepted from older files; a domain turns it on."),
          domain: text("Domain", "Zone that carries the records.", { placeholder: "openclaw.internal" }),
        },
        { advanced: true },
      ),
    },
    { default: {} },
  ),
);

/** `update`: which releases, and whether by itself. */
export const update = lazy(() =>
  section(
    "Updates",
    "Which releases to follow.",
    {
      channel: choice(["stable", "extended-stable", "beta", "dev"], "Channel", "Releases that are offered.", {
        default: "stable",
      }),
      checkOnStart: flag("Check at start", "Looks for a newer release when the gateway starts.", {
        default: true,
      }),
      auto: section(
        "Automatic update",
        "Updates without being asked.",
        { enabled: flag("Enabled", "Installs new releases by itself.", { default: false }) },
        { default: {}, advanced: true },
      ),
    },
    { default: {} },
  ),
);

/** `canvasHost`: the folder agents draw in. */
export const canvasHost = lazy(() =>
  section(
    "Canvas host",
    "Serves the folder agents put pages in.",
    {
      enabled: flag("Enabled", "Serves the folder on the gateway's port and on its own.", { default: true }),
      port: integer("Port", "Port of the second listener; gateway.port + 4 when absent.", {
        minimum: 1,
        maximum: 65_535,
      }),
      root: text("Folder", "Folder that is served.", { placeholder: "~/.openclaw/workspace/canvas" }),
      liveReload: flag("Live reload", "Reloads pages when their files change.", { default: true }),
    },
    { default: {}, advanced: true },
  ),
);

const suppression = () =>
  Type.Object(
    {
      checkId: text("Check", "Id of the check, exactly.", { required: true, minLength: 1 }),
      titleIncludes: text("Title has", "Only findings whose title has this; case does not matter."),
      detailIncludes: text("Detail has", "Only findings whose detail has this; case does not matter."),
      reason: text("Reason", "Why it is accepted, for whoever reads the file later."),
    },
    { title: "Accepted finding", description: "A finding that is accepted.", additionalProperties: false },
  );

/** `security`: what the operator has accepted. */
export const security = lazy(() =>
  section("Security", "What the operator has accepted.", {
    audit: section("Audit", "openclaw security audit.", {
      suppressions: list(suppression(), "Accepted findings", "Findings that are left out of the audit."),
    }),
  }),
);

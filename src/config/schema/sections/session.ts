import { type TLiteral, type TNumber, type TString, Type } from "@sinclair/typebox";
import { choice, decimal, either, flag, integer, lazy, list, map, section, text, texts } from "../field.ts";

/** Which direct chats share a session; in `session` and per binding. */
export const DM_SCOPES = ["main", "per-peer", "per-channel-peer", "per-account-channel-peer"] as const;
/** Whether groups have sessions of their own; in `session` and per binding. */
export const GROUP_SCOPES = ["main", "per-group"] as const;

const amount = (): [TString, TNumber] => [Type.String(), Type.Number()];
const amountOrOff = (): [TString, TNumber, TLiteral<false>] => [...amount(), Type.Literal(false)];

const resetKeys = lazy(() => ({
  mode: choice(["none", "daily", "idle"], "Mode", "Never, once a day, or after a pause; daily unless told."),
  atHour: integer("Hour", "Hour of the daily reset, local time.", { minimum: 0, maximum: 23 }),
  idleMinutes: integer("Pause (min)", "Silence after which a session starts anew.", { exclusiveMinimum: 0 }),
}));

const reset = (title: string) => section(title, "When such a session starts anew.", resetKeys());

/** `threadBindings`: threads that carry a session of their own; in `session` and per channel. */
export const threadBindings = () =>
  section("Thread bindings", "Chat threads that carry a session of their own.", {
    enabled: flag("Enabled", "Binds threads to sessions."),
    idleHours: decimal("Idle (h)", "Silence after which a binding ends; 0 for never.", {
      default: 24,
      minimum: 0,
    }),
    maxAgeHours: decimal("Age (h)", "Age at which a binding ends; 0 for never.", { default: 0, minimum: 0 }),
    spawnSessions: flag("Spawn sessions", "Lets a new session open a thread.", { default: true }),
    defaultSpawnContext: choice(
      ["isolated", "fork"],
      "Context",
      "What a spawned session knows of its parent.",
    ),
  });

const sendPolicy = () =>
  section("Send policy", "Which sessions may send to chats.", {
    default: choice(["allow", "deny"], "Default", "When no rule matches.", { default: "allow" }),
    rules: list(
      Type.Object(
        {
          action: choice(["allow", "deny"], "Action", "What the rule does.", { required: true }),
          match: section("Match", "Which sessions it is for.", {
            channel: text("Channel", "Channel id."),
            chatType: choice(["direct", "group", "channel"], "Chat type", "Kind of chat."),
            keyPrefix: text("Key prefix", "Beginning of the session key, without the agent."),
            rawKeyPrefix: text("Raw key prefix", "Beginning of the whole session key."),
          }),
        },
        { title: "Rule", description: "One rule.", additionalProperties: false },
      ),
      "Rules",
      "Rules; the first that denies decides, else one that allows.",
    ),
  });

const maintenance = () =>
  section("Maintenance", "How old sessions are cleaned up.", {
    mode: choice(["enforce", "warn"], "Mode", "Clean up, or only say what would go.", { default: "enforce" }),
    pruneAfter: either(amount(), "Prune after", "Age at which a session goes.", { default: "30d" }),
    maxEntries: integer("Sessions", "Sessions that are kept.", { default: 5_000, exclusiveMinimum: 0 }),
    archiveDashboardAfter: either(
      amountOrOff(),
      "Archive after",
      "Age at which a dashboard session is archived.",
      {
        default: "7d",
      },
    ),
    preserveRecent: either(amountOrOff(), "Keep recent", "Sessions this young are never cleaned up."),
    resetArchiveRetention: either(
      amountOrOff(),
      "Reset archives",
      "How long the archive of a reset session is kept.",
    ),
    maxDiskBytes: either(amountOrOff(), "Disk", "Space sessions may take.", { default: "10gb" }),
    highWaterBytes: either(amount(), "High water", "Space to come down to when it is too much.", {
      default: "80%",
    }),
    coldStorage: section("Cold storage", "Packs sessions that nobody opens.", {
      enabled: flag("Enabled", "Packs them."),
      afterDays: integer("After (days)", "Days without use.", { exclusiveMinimum: 0 }),
    }),
  });

/** `session`: which conversation a message belongs to, and how long it lasts. */
export const session = lazy(() =>
  section("Sessions", "Which conversation a message belongs to, and how long it lasts.", {
    scope: choice(["per-sender", "global"], "Scope", "One conversation for each sender, or one for all."),
    dmScope: choice(DM_SCOPES, "Direct messages", "Whether direct messages share the main conversation.", {
      default: "main",
    }),
    groupScope: choice(GROUP_SCOPES, "Groups", "Whether groups have conversations of their own.", {
      default: "per-group",
    }),
    notifyOnCreate: flag("Announce", "Tells the owner of each new session."),
    identityLinks: map(
      Type.Array(Type.String()),
      "Identity links",
      "One person's ids on several channels, by name.",
    ),
    resetTriggers: texts("Reset words", "Messages that start the session anew."),
    reset: reset("Reset"),
    resetByType: section("Reset by type", "The same for one kind of chat.", {
      direct: reset("Direct messages"),
      group: reset("Groups"),
      thread: reset("Threads"),
    }),
    resetByChannel: map(
      Type.Object(resetKeys(), {
        title: "Reset",
        description: "When it starts anew.",
        additionalProperties: false,
      }),
      "Reset by channel",
      "The same for one channel.",
    ),
    store: text("Store (older key)", "Accepted from older files; sessions are kept in the state database."),
    mainKey: text(
      "Main key (older key)",
      "Accepted from older files; the main session is always called main.",
    ),
    sendPolicy: sendPolicy(),
    threadBindings: threadBindings(),
    sharing: section("Sharing", "What others may do in a shared session.", {
      readOnly: flag("Read", "Others may read."),
      suggest: flag("Suggest", "Others may suggest."),
      drafts: flag("Drafts", "Others see drafts."),
    }),
    maintenance: maintenance(),
  }),
);

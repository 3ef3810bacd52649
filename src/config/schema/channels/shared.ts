import {
  KindGuard,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  Type,
} from "@sinclair/typebox";
import { choice, flag, integer, lazy, map, opaque, section, text, texts } from "../field.ts";
import { toolLists, toolPolicy } from "../sections/tools.ts";

export const GROUP_POLICIES = ["open", "disabled", "allowlist"] as const;
export const DM_POLICIES = ["pairing", "allowlist", "open", "disabled"] as const;
export const CONTEXT_VISIBILITIES = ["all", "allowlist", "allowlist_quote"] as const;

/** `contextVisibility`: in accounts, channels and their defaults. */
export const contextVisibility = () =>
  choice(
    CONTEXT_VISIBILITIES,
    "Context",
    "Whose earlier and quoted messages the agent sees: everybody's, those of allowed senders, or the latter and whatever is quoted.",
  );

/** Keys as an account has them: what it does not say is said by its channel, so nothing has a default here. */
export type Overriding<P extends TProperties> = { [K in keyof P]: TOptional<OverridingSchema<P[K]>> };
type OverridingSchema<S extends TSchema> = S extends TObject<infer P> ? TObject<Overriding<P>> : S;

/** The same keys without their defaults, at every depth. */
export function overriding<P extends TProperties>(keys: P): Overriding<P>;
export function overriding(keys: TProperties): TProperties {
  return Object.fromEntries(
    Object.entries(keys).map(([key, schema]) => [key, Type.Optional(withoutDefaults(schema))]),
  );
}

function withoutDefaults(schema: TSchema): TSchema {
  if (!KindGuard.IsObject(schema)) {
    const own = { ...schema };
    delete own.default;
    return own;
  }
  const { title, description, additionalProperties } = schema;
  return Type.Object(overriding(schema.properties), { title, description, additionalProperties });
}

const historyOf = () =>
  Type.Object(
    { historyLimit: integer("History", "Messages the agent sees.", { minimum: 0 }) },
    { title: "Chat", description: "One chat.", additionalProperties: false },
  );

/** Keys every channel account has. */
export const accountKeys = lazy(() => ({
  name: text("Name", "Name people see."),
  enabled: flag("Enabled", "Starts the account."),
  configWrites: flag("Writes", "Lets the channel write to this file, for example when a group moves.", {
    default: true,
  }),
  dmPolicy: choice(
    DM_POLICIES,
    "Direct messages",
    "Who may write: after pairing, from the list, anyone, nobody.",
    {
      default: "pairing",
    },
  ),
  groupPolicy: choice(
    GROUP_POLICIES,
    "Groups",
    "Which groups are heard: all, none, or those allowed; allowlist unless told.",
  ),
  mentionPatterns: section("Mention patterns", "Where regular expressions count as a mention.", {
    mode: choice(
      ["allow", "deny"],
      "Mode",
      "Everywhere but in the denied chats, or in the allowed ones only.",
    ),
    allowIn: texts("Allowed in", "Chats where they count; <chat>:topic:<id> for a topic."),
    denyIn: texts("Denied in", "Chats where they do not count."),
  }),
  contextVisibility: contextVisibility(),
  historyLimit: integer("Group history", "Messages of a group the agent sees.", { minimum: 0 }),
  dmHistoryLimit: integer("Direct history", "Messages of a direct chat the agent sees.", { minimum: 0 }),
  dms: map(historyOf(), "Direct chats", "The same for one chat."),
  replyToMode: choice(
    ["off", "first", "all", "batched"],
    "Quoting",
    "Which parts of an answer quote the message.",
  ),
  reactionLevel: choice(["off", "ack", "minimal", "extensive"], "Reactions", "How freely the agent reacts."),
  responsePrefix: text("Reply prefix", "Text before every reply."),
  markdown: section("Markdown", "How Markdown of the agent is shown.", {
    tables: choice(
      ["off", "bullets", "code", "block"],
      "Tables",
      "As written, as lists, as aligned code, or as the channel's own tables.",
    ),
  }),
  capabilities: opaque("Capabilities", "What the account can show."),
  healthMonitor: section("Health", "Restarts an account that has gone silent.", {
    enabled: flag("Enabled", "Watches it."),
  }),
}));

/** How a long answer is cut. */
export const chunkMode = () => choice(["length", "newline"], "Cutting", "At the limit, or at line ends.");

/** Prompt and tools of one group or chat. */
export const chatKeys = lazy(() => ({
  systemPrompt: text("Prompt", "Added to the prompt in this chat."),
  tools: section("Tools", "Tools in this chat; the lists that hold elsewhere hold here too.", toolLists()),
  toolsBySender: map(toolPolicy(), "Tools by sender", "The same for one sender, in place of it."),
}));

/** Strings only: phone numbers and ids in text form. */
export const allowedTexts = () => texts("Allowed senders", "Who may write; * for anyone.");

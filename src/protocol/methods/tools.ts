import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { anyObject, closed, maybe, text, texts } from "../primitives.ts";

const profiles = ["minimal", "coding", "messaging", "full"] as const;
const risk = maybe(oneOf(["low", "medium", "high"]));

const CatalogEntry = closed(
  {
    id: text,
    label: text,
    description: Type.String(),
    source: oneOf(["core", "plugin"]),
    pluginId: maybe(text),
    optional: maybe(Type.Boolean()),
    risk,
    tags: maybe(texts),
    defaultProfiles: Type.Array(oneOf(profiles)),
  },
  { title: "ToolCatalogEntry", description: "A tool there is." },
);

const sources = ["core", "plugin", "channel", "mcp"] as const;

const EffectiveEntry = closed(
  {
    id: text,
    label: text,
    description: Type.String(),
    rawDescription: Type.String({ description: "As the model is told." }),
    source: oneOf(sources),
    pluginId: maybe(text),
    channelId: maybe(text),
    mcpServer: maybe(text),
    mcpToolName: maybe(text),
    deniedBySession: maybe(Type.Literal(true)),
    risk,
    tags: maybe(texts),
  },
  { title: "ToolsEffectiveEntry", description: "A tool a session has." },
);

export const catalog = defineMethod({
  name: "tools.catalog",
  summary: "Every tool there is, by section, with the profiles that have it.",
  scope: "operator.read",
  params: closed({ agentId: maybe(text), includePlugins: maybe(Type.Boolean()) }),
  result: closed({
    agentId: text,
    profiles: Type.Array(closed({ id: oneOf(profiles), label: text })),
    groups: Type.Array(
      closed({
        id: text,
        label: text,
        source: oneOf(["core", "plugin"]),
        pluginId: maybe(text),
        tools: Type.Array(CatalogEntry),
      }),
    ),
  }),
  since: 3,
});

export const effective = defineMethod({
  name: "tools.effective",
  summary: "The tools the caller's next turn in a session would have.",
  scope: "operator.read",
  params: closed({ sessionKey: text, agentId: maybe(text) }),
  result: closed({
    agentId: text,
    profile: text,
    groups: Type.Array(
      closed({ id: oneOf(sources), label: text, source: oneOf(sources), tools: Type.Array(EffectiveEntry) }),
    ),
    notices: maybe(
      Type.Array(
        closed({
          id: text,
          severity: oneOf(["info", "warning"]),
          message: Type.String(),
          servers: maybe(texts),
        }),
      ),
    ),
  }),
  since: 3,
});

export const invoke = defineMethod({
  name: "tools.invoke",
  summary: "Runs one tool outside a turn; what becomes of it is in the answer, also when it fails.",
  scope: "operator.write",
  params: closed({
    name: text,
    args: maybe(anyObject),
    sessionKey: maybe(text),
    agentId: maybe(text),
    confirm: maybe(
      Type.Boolean({ description: "Asks a person where that is needed; otherwise it is refused." }),
    ),
    idempotencyKey: maybe(text),
    conversationReadOrigin: maybe(Type.Literal("direct-operator")),
  }),
  result: closed({
    ok: Type.Boolean(),
    toolName: text,
    output: maybe(Type.Unknown({ description: "`{content, details}`." })),
    requiresApproval: maybe(Type.Boolean()),
    approvalId: maybe(text),
    source: maybe(Type.String()),
    error: maybe(closed({ code: text, message: text, details: maybe(Type.Unknown()) })),
  }),
  since: 3,
  waits: true,
});

import { type Static, Type } from "@sinclair/typebox";
import { oneOf } from "../literals.ts";
import { anyObject, closed, maybe, nullable, text, yes } from "../primitives.ts";

/** What is wrong, or to be warned of, at one place of the configuration. */
export const ConfigIssue = Type.Object(
  {
    path: Type.String({ description: "Dotted path; empty for the whole document." }),
    message: text,
    line: maybe(Type.Integer({ minimum: 1 })),
    column: maybe(Type.Integer({ minimum: 1 })),
  },
  { title: "ConfigIssue", description: "A fault or a warning at one place of the configuration." },
);

export type ConfigIssue = Static<typeof ConfigIssue>;

/** How a form shows one key. */
export const ConfigHint = closed(
  {
    label: maybe(Type.String()),
    help: maybe(Type.String()),
    docsUrl: maybe(Type.String()),
    tags: maybe(Type.Array(Type.String())),
    group: maybe(Type.String()),
    order: maybe(Type.Integer()),
    advanced: maybe(Type.Boolean()),
    sensitive: maybe(Type.Boolean()),
    placeholder: maybe(Type.String()),
    presentation: maybe(oneOf(["phone-number"])),
    itemTemplate: maybe(Type.Unknown()),
  },
  { title: "ConfigHint", description: "How a form shows one configuration key." },
);

export type ConfigHint = Static<typeof ConfigHint>;

export const RELOAD_KINDS = ["restart", "hot", "none"] as const;

/** One key below the looked-up path. */
export const ConfigSchemaChild = closed(
  {
    key: text,
    path: text,
    type: maybe(Type.Union([Type.String(), Type.Array(Type.String())])),
    required: Type.Boolean(),
    hasChildren: Type.Boolean(),
    reloadKind: maybe(oneOf(RELOAD_KINDS)),
    hint: maybe(ConfigHint),
    hintPath: maybe(Type.String()),
  },
  { title: "ConfigSchemaChild", description: "A configuration key below another." },
);

export type ConfigSchemaChild = Static<typeof ConfigSchemaChild>;

/** The configuration as `config.get` shows it: every secret is replaced by a marker. */
export const ConfigView = Type.Object(
  {
    path: text,
    includedPaths: Type.Array(Type.String()),
    includeProvenance: Type.Array(anyObject),
    exists: Type.Boolean(),
    raw: nullable(Type.String({ description: "The document's text, secrets replaced." })),
    parsed: Type.Unknown({ description: "The document as it stands in the file." }),
    sourceConfig: Type.Unknown({ description: "With includes merged." }),
    resolved: Type.Unknown({ description: "With variables filled in." }),
    valid: Type.Boolean(),
    runtimeConfig: Type.Unknown({ description: "With defaults: what the gateway runs on." }),
    config: Type.Unknown({ description: "Same as `runtimeConfig`." }),
    hash: Type.String({ description: "Pass it as `baseHash` of the next write." }),
    issues: Type.Array(ConfigIssue),
    warnings: Type.Array(ConfigIssue),
    legacyIssues: Type.Array(ConfigIssue),
    configRevisionHash: Type.String(),
    appliedConfigHash: nullable(Type.String()),
  },
  { title: "ConfigView", description: "The configuration; secrets are replaced by a marker." },
);

export type ConfigView = Static<typeof ConfigView>;

/** What a restart sentinel says after a write. */
const Sentinel = Type.Object({ persisted: Type.Boolean(), payload: maybe(anyObject) });

/** The receipt of `config.set`, `config.patch` and `config.apply`. */
export const ConfigWritten = Type.Object(
  {
    ok: yes,
    noop: maybe(Type.Boolean({ description: "The document already said so; nothing was written." })),
    path: text,
    hash: maybe(Type.String({ description: "Hash of the document as written." })),
    config: Type.Unknown({ description: "The document after the write, secrets replaced." }),
    changedPaths: maybe(Type.Array(Type.String())),
    sentinel: maybe(Sentinel),
  },
  { title: "ConfigWritten", description: "The receipt of a configuration write." },
);

export type ConfigWritten = Static<typeof ConfigWritten>;

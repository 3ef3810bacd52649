import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { closed, count, maybe, nothing, text } from "../primitives.ts";
import { ConfigHint, ConfigSchemaChild, ConfigView, ConfigWritten, RELOAD_KINDS } from "../records/config.ts";

const baseHash = maybe(
  Type.String({ minLength: 1, description: "Hash of the document the change was made from." }),
);

/** Where to tell a person that a write which needs a restart is done. */
const afterWrite = {
  sessionKey: maybe(Type.String()),
  deliveryContext: maybe(
    closed({
      channel: maybe(Type.String()),
      to: maybe(Type.String()),
      accountId: maybe(Type.String()),
      threadId: maybe(Type.Union([Type.String(), Type.Number()])),
    }),
  ),
  note: maybe(Type.String()),
  restartDelayMs: maybe(count),
};

export const get = defineMethod({
  name: "config.get",
  summary: "The configuration with its hash and its faults; secrets are replaced by a marker.",
  scope: "operator.read",
  params: nothing,
  result: ConfigView,
  since: 3,
});

export const set = defineMethod({
  name: "config.set",
  summary: "Replaces the whole configuration document.",
  scope: "operator.admin",
  params: closed({ raw: text, baseHash }),
  result: ConfigWritten,
  since: 3,
});

export const patch = defineMethod({
  name: "config.patch",
  summary: "Merges a JSON merge patch into the configuration; null deletes a key.",
  scope: "operator.admin",
  params: closed({
    raw: text,
    baseHash,
    ...afterWrite,
    replacePaths: maybe(Type.Array(text, { maxItems: 256, description: "Paths to replace, not merge." })),
  }),
  result: ConfigWritten,
  since: 3,
  write: true,
});

export const apply = defineMethod({
  name: "config.apply",
  summary: "Replaces the whole configuration document and applies it at once.",
  scope: "operator.admin",
  params: closed({ raw: text, baseHash, ...afterWrite }),
  result: ConfigWritten,
  since: 3,
  write: true,
});

export const schema = defineMethod({
  name: "config.schema",
  summary: "The JSON Schema of the configuration, with hints for a form.",
  scope: "operator.read",
  params: nothing,
  result: closed({
    schema: Type.Unknown(),
    uiHints: Type.Record(Type.String(), ConfigHint),
    version: text,
    generatedAt: text,
  }),
  since: 3,
});

export const schemaLookup = defineMethod({
  name: "config.schema.lookup",
  summary: "The schema of one configuration path and of the keys below it.",
  scope: "operator.read",
  params: closed({
    path: Type.String({ minLength: 1, maxLength: 1024, pattern: "^[A-Za-z0-9_./\\[\\]\\-*]+$" }),
  }),
  result: closed({
    path: text,
    schema: Type.Unknown(),
    reloadKind: maybe(oneOf(RELOAD_KINDS)),
    hint: maybe(ConfigHint),
    hintPath: maybe(Type.String()),
    children: Type.Array(ConfigSchemaChild),
  }),
  since: 4,
});

import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { oneOf } from "../literals.ts";
import { closed, count, epochMs, maybe, nullable, text, texts, yes } from "../primitives.ts";

export const reload = defineMethod({
  name: "secrets.reload",
  summary: "Reads every referenced secret again.",
  scope: "operator.admin",
  params: Type.Object({}),
  result: Type.Object({ ok: Type.Boolean(), warningCount: count }),
  since: 4,
  openParams: true,
});

/** These choose among web tools, and nothing here has any. */
const NO_SUCH_TOOLS = "Taken and without effect: this gateway has no web tools.";

export const resolve = defineMethod({
  name: "secrets.resolve",
  summary: "The values of the secrets one command needs, for a command that runs on the gateway's behalf.",
  scope: "operator.admin",
  params: closed({
    commandName: text,
    targetIds: texts,
    allowedPaths: maybe(texts),
    forcedActivePaths: maybe(Type.Array(text, { description: NO_SUCH_TOOLS })),
    optionalActivePaths: maybe(Type.Array(text, { description: NO_SUCH_TOOLS })),
    providerOverrides: maybe(
      closed({ webSearch: maybe(text), webFetch: maybe(text) }, { description: NO_SUCH_TOOLS }),
    ),
  }),
  result: closed({
    ok: maybe(Type.Boolean()),
    assignments: maybe(Type.Array(closed({ path: maybe(text), pathSegments: texts, value: Type.Unknown() }))),
    diagnostics: maybe(texts),
    inactiveRefPaths: maybe(texts),
  }),
  since: 4,
});

const ref = closed(
  { source: oneOf(["env", "file", "exec", "store"]), provider: maybe(text), id: text },
  { description: "Where the secret is found." },
);

const type = oneOf(["api_key", "token", "oauth"]);

export const profilesList = defineMethod({
  name: "secrets.profiles.list",
  summary:
    "What the stored credentials of model providers hold: text, a reference or a login; never a secret.",
  scope: "operator.admin",
  params: closed({ salt: maybe(Type.String({ minLength: 16, maxLength: 128 })) }),
  result: closed({
    profiles: Type.Array(
      closed({
        profileId: text,
        provider: text,
        type,
        holds: oneOf(["text", "placeholder", "reference", "login", "nothing"]),
        ref: maybe(Type.Unknown({ description: "The reference as it is stored." })),
        fingerprint: maybe(
          Type.String({ description: "HMAC-SHA-256 of the text with the caller's salt as key, in hex." }),
        ),
        updatedAt: epochMs,
      }),
    ),
  }),
  since: 4,
});

export const profilesChange = defineMethod({
  name: "secrets.profiles.change",
  summary: "Puts references in the place of stored secrets, or removes credentials; all of it or nothing.",
  scope: "operator.admin",
  params: closed({
    changes: Type.Array(
      closed({
        profileId: text,
        seenAt: nullable(epochMs),
        ref: maybe(ref),
        provider: maybe(text),
        type: maybe(oneOf(["api_key", "token"])),
      }),
      { minItems: 1 },
    ),
  }),
  result: closed({ ok: yes, changed: texts }),
  since: 4,
  write: true,
});

import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { closed, count, maybe, text, texts } from "../primitives.ts";

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

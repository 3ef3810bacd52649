import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";
import { closed, epochMs, maybe, text } from "../primitives.ts";

const params = closed({
  surface: text,
  observedUrl: maybe(
    Type.String({
      description: "The address the client has; where a newer one was given out since, that is told.",
    }),
  ),
});

const result = Type.Object({
  surface: text,
  pluginSurfaceUrls: Type.Record(Type.String(), text),
  expiresAtMs: maybe(epochMs),
});

export const refresh = defineMethod({
  name: "plugin.surface.refresh",
  summary:
    "A fresh address of what is hosted, such as the canvas; it is its own credential for a short time.",
  scope: "operator.read",
  params,
  result,
  since: 4,
});

export const nodeRefresh = defineMethod({
  name: "node.pluginSurface.refresh",
  summary: "The same for a node that shows it.",
  scope: "node",
  params,
  result,
  since: 4,
});

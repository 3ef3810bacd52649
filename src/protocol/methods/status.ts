import { Type } from "@sinclair/typebox";
import { defineMethod } from "../define.ts";

export const health = defineMethod({
  name: "health",
  summary: "The full health snapshot; `probe` refreshes it first.",
  scope: "none",
  params: Type.Object({ probe: Type.Optional(Type.Boolean()) }),
  result: Type.Object({ ok: Type.Boolean(), ts: Type.Integer({ minimum: 0 }) }),
  since: 3,
  openParams: true,
});

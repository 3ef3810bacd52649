import { isObject, valueAt } from "../../../config/index.ts";
import { openConfig } from "../../config/open.ts";
import type { Session } from "../../session.ts";

/** The default model as written; `undefined` when none is. */
export function configuredModel(session: Session): string | undefined {
  const model = valueAt(openConfig(session).peek().resolved, ["agents", "defaults", "model"]);
  const primary = isObject(model) ? model["primary"] : model;
  return typeof primary === "string" && primary !== "" ? primary : undefined;
}

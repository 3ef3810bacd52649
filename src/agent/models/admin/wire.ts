import type { models, ResultOf } from "../../../protocol/index.ts";
import type { ListedModel } from "./list.ts";

/** A row of the list as clients get it. */
export function modelChoice(model: ListedModel): ResultOf<typeof models.list>["models"][number] {
  const { unavailable } = model;
  return {
    id: model.model,
    name: model.name,
    provider: model.provider,
    ...(model.alias !== undefined && { alias: model.alias }),
    tags: [...model.tags],
    available: model.available,
    ...(unavailable && { unavailableReason: unavailable.reason }),
    ...(unavailable?.until !== undefined && { unavailableUntil: unavailable.until }),
    contextWindow: model.contextWindow,
    reasoning: model.reasoning,
    thinkingLevels: model.thinkingLevels.map((id) => ({ id, label: id })),
    thinkingDefault: model.thinkingDefault,
    input: [...model.input],
  };
}

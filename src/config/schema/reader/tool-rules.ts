import { joinPath } from "../../key-path.ts";
import type { OpenClawConfig } from "../root.ts";
import type { ConfigIssue } from "./issue.ts";

interface Lists {
  readonly allow?: readonly string[] | undefined;
  readonly alsoAllow?: readonly string[] | undefined;
  readonly byProvider?: Readonly<Record<string, Lists>> | undefined;
  readonly toolsBySender?: Readonly<Record<string, Lists>> | undefined;
}

/** Tool lists that contradict themselves: `allow` names everything there is, so nothing can be added beside it. */
export function brokenToolRules(config: OpenClawConfig): ConfigIssue[] {
  const { tools, agents } = config;
  return [
    ...(tools ? conflicts("tools", tools) : []),
    ...Object.entries(agents?.entries ?? {}).flatMap(([id, { tools: own }]) =>
      own ? conflicts(`agents.entries.${id}.tools`, own) : [],
    ),
    ...(agents?.list ?? []).flatMap(({ tools: own }, index) =>
      own ? conflicts(`agents.list.${index}.tools`, own) : [],
    ),
  ];
}

function conflicts(path: string, lists: Lists): ConfigIssue[] {
  const own: ConfigIssue[] =
    lists.allow !== undefined && lists.alsoAllow !== undefined
      ? [
          {
            path: `${path}.alsoAllow`,
            kind: "conflict",
            message: "cannot stand beside allow: put its tools into allow, or use profile and alsoAllow",
          },
        ]
      : [];
  const inner = (key: string, map: Readonly<Record<string, Lists>> = {}) =>
    Object.entries(map).flatMap(([name, value]) => conflicts(joinPath(joinPath(path, key), name), value));
  return [...own, ...inner("byProvider", lists.byProvider), ...inner("toolsBySender", lists.toolsBySender)];
}

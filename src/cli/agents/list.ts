import { displayPath, type OpenClawConfig } from "../../config/index.ts";
import type { Run } from "../command.ts";
import type { listFlags } from "../commands/agents.ts";
import { definitions } from "../terminal/layout.ts";
import type { Session } from "../session.ts";
import { type LocalAgent, openRoster } from "./roster.ts";

interface Row extends LocalAgent {
  readonly model: string | undefined;
}

export const run: Run<typeof listFlags> = async ({ flags, session }) => {
  const { config, roster } = await openRoster(session);
  const { entryOf } = await import("../../agent/index.ts");
  const rows = roster.list().map((agent): Row => {
    const entry = entryOf(config.current.config, agent.id);
    return {
      ...agent,
      model: modelOf(entry.model) ?? modelOf(config.current.config.agents?.defaults?.model),
    };
  });
  if (flags.json) session.out.json(rows.map(jsonOf));
  else for (const line of rows.flatMap((row, index) => linesOf(session, row, index))) session.out.line(line);
};

function linesOf({ paths }: Session, row: Row, index: number): string[] {
  const { id, name, isDefault, identity, workspace, cwd, model } = row;
  const shown = [identity.emoji, identity.name ?? name].filter(Boolean).join(" ");
  const place = displayPath(workspace, paths.home);
  return [
    ...(index > 0 ? [""] : []),
    `${id}${isDefault ? " (default)" : ""}`,
    ...definitions([
      ...(shown === "" ? [] : [["name", shown] as const]),
      ["workspace", place],
      ...(cwd === workspace ? [] : [["commands in", displayPath(cwd, paths.home)] as const]),
      ["model", model ?? "none configured; openclaw models shows who answers"],
    ]),
  ];
}

function jsonOf({ id, name, isDefault, identity, workspace, cwd, model }: Row) {
  return {
    id,
    ...(name !== undefined && { name }),
    ...(identity.name !== undefined && { identityName: identity.name }),
    ...(identity.emoji !== undefined && { identityEmoji: identity.emoji }),
    workspace,
    cwd,
    ...(model !== undefined && { model }),
    isDefault,
  };
}

type ModelSetting = NonNullable<OpenClawConfig["agents"]["defaults"]["model"]>;

function modelOf(setting: ModelSetting | undefined): string | undefined {
  return typeof setting === "string" ? setting : setting?.primary;
}

import type { Run } from "../command.ts";
import type { commandsFlags } from "../commands/agents.ts";
import { definitions } from "../terminal/layout.ts";

export const run: Run<typeof commandsFlags> = async ({ flags, session }) => {
  const { commandSummaries } = await import("../../agent/index.ts");
  const rows = commandSummaries();
  if (flags.json) {
    session.out.json(
      rows.map(({ name, aliases, summary, category, audience, args }) => ({
        name,
        aliases,
        summary,
        category,
        audience,
        ...(args !== undefined && { args }),
      })),
    );
    return;
  }
  const lines = rows.map(({ name, aliases, args, summary, audience }) => {
    const names = [name, ...aliases].map((one) => `/${one}`).join(", ");
    const owner = audience === "owner" ? " Owner only." : "";
    return [`${names}${args === undefined ? "" : ` ${args}`}`, `${summary}${owner}`] as const;
  });
  for (const line of definitions(lines)) session.out.line(line);
};

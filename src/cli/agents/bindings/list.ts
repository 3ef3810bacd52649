import type { Run } from "../../command.ts";
import type { bindingsFlags } from "../../commands/agents.ts";
import { table } from "../../terminal/layout.ts";
import { openRoster } from "../roster.ts";
import { agentOf, rulesOf, ruleFact } from "./rules.ts";

export const run: Run<typeof bindingsFlags> = async ({ flags, session }) => {
  const { config, roster } = await openRoster(session);
  const wanted = flags.agent?.trim().toLowerCase();
  const rules = rulesOf(config.current.config).filter(
    (rule) => wanted === undefined || agentOf(rule) === wanted,
  );
  const { out } = session;
  if (flags.json) {
    out.json(
      rules.map((rule) => ({ agentId: agentOf(rule), match: rule.match, description: ruleFact(rule) })),
    );
    return;
  }
  if (rules.length === 0) {
    out.line(
      wanted === undefined ? `No rules; ${roster.defaultId} answers everywhere.` : `No rules for ${wanted}.`,
    );
    out.note("Add one: openclaw agents bind --agent <id> --bind telegram:<account>");
    return;
  }
  for (const line of table(
    ["Agent", "Answers in"],
    rules.map((rule) => [agentOf(rule), ruleFact(rule)]),
  )) {
    out.line(line);
  }
  if (wanted === undefined) out.note(`Everywhere else ${roster.defaultId} answers.`);
};

import type { Run } from "../../command.ts";
import type { unbindFlags } from "../../commands/agents.ts";
import { configFailure } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import { openRoster } from "../roster.ts";
import { agentOf, boundPlace, isSame, placeFact, placeOf, ruleFact, rulesOf, withRules } from "./rules.ts";

export const run: Run<typeof unbindFlags> = async ({ flags, session }) => {
  const { config, roster } = await openRoster(session);
  const agentId = flags.agent?.trim().toLowerCase() ?? roster.defaultId;
  if (flags.all === flags.bind.length > 0) {
    throw new CliError("It is not clear what is to be unbound.", {
      hint: "Give one or more of --bind telegram:work, or --all.",
    });
  }
  const places = await Promise.all(flags.bind.map(placeOf));
  let removed: string[] = [];
  let missing: string[] = [];
  try {
    await config.edit((before) => {
      const rules = rulesOf(before);
      const isWanted = (rule: (typeof rules)[number]) => {
        const held = boundPlace(rule);
        if (agentOf(rule) !== agentId) return false;
        return flags.all || (held !== undefined && places.some((place) => isSame(place, held)));
      };
      const gone = rules.filter(isWanted);
      const held = gone.flatMap((rule) => boundPlace(rule) ?? []);
      removed = gone.map(ruleFact);
      missing = places.filter((place) => !held.some((one) => isSame(one, place))).map(placeFact);
      return gone.length === 0
        ? before
        : withRules(
            before,
            rules.filter((rule) => !isWanted(rule)),
          );
    });
  } catch (error) {
    throw configFailure(error, { configPath: session.paths.configPath });
  }
  const { out } = session;
  if (flags.json) out.json({ agentId, removed, missing, conflicts: [] });
  else {
    for (const rule of removed) out.line(`No more rule that ${agentId} answers in: ${rule}`);
    for (const place of missing) out.warn(`There is no rule that ${agentId} answers in ${place}.`);
    if (missing.length > 0) out.note("See who answers where: openclaw agents bindings");
    if (removed.length + missing.length === 0) out.line(`There are no rules for ${agentId}.`);
  }
};

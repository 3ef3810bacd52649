import type { Run } from "../../command.ts";
import type { bindFlags } from "../../commands/agents.ts";
import { configFailure } from "../../config/open.ts";
import { CliError, EXIT_FAILURE } from "../../errors.ts";
import { openRoster } from "../roster.ts";
import { agentOf, boundPlace, isSame, type Place, placeFact, placeOf, rulesOf, withRules } from "./rules.ts";

type Outcome = "added" | "updated" | "skipped" | "conflicts";

export const run: Run<typeof bindFlags> = async ({ flags, session }) => {
  const { config, roster } = await openRoster(session);
  const agentId = flags.agent?.trim().toLowerCase() ?? roster.defaultId;
  if (!roster.has(agentId)) {
    throw new CliError(`There is no agent ${agentId}.`, { hint: "See the agents: openclaw agents list" });
  }
  if (flags.bind.length === 0) {
    throw new CliError("--bind is missing.", { hint: "For example: --bind telegram:work" });
  }
  const places = await Promise.all(flags.bind.map(placeOf));
  let done: Record<Outcome, string[]> = { added: [], updated: [], skipped: [], conflicts: [] };
  try {
    await config.edit((before) => {
      done = { added: [], updated: [], skipped: [], conflicts: [] };
      return places.reduce<unknown>((current, place) => {
        const [next, outcome, text] = bound(current, agentId, place);
        done[outcome].push(text);
        return next;
      }, before);
    });
  } catch (error) {
    throw configFailure(error, { configPath: session.paths.configPath });
  }
  const { out } = session;
  if (flags.json) out.json({ agentId, ...done });
  else {
    for (const place of done.added) out.line(`${agentId} answers in ${place} from now on.`);
    for (const place of done.updated)
      out.line(`${agentId} answers in ${place} only, no more in the whole channel.`);
    for (const place of done.skipped) out.line(`${agentId} answers in ${place} already.`);
    for (const place of done.conflicts) out.warn(`Not bound: ${place}.`);
    if (done.conflicts.length > 0) out.note("See who answers where: openclaw agents bindings");
  }
  return done.conflicts.length === 0 ? 0 : EXIT_FAILURE;
};

/** The configuration with the place bound, unless it is already, or to another agent. */
function bound(config: unknown, agentId: string, place: Place): [unknown, Outcome, string] {
  const rules = rulesOf(config);
  const text = placeFact(place);
  const holder = rules.find((rule) => {
    const held = boundPlace(rule);
    return held !== undefined && isSame(held, place);
  });
  if (holder) {
    const who = agentOf(holder);
    return who === agentId ? [config, "skipped", text] : [config, "conflicts", `${text} (agent=${who})`];
  }
  const { channel, accountId } = place;
  const match = { channel, ...(accountId !== undefined && { accountId }) };
  // A rule for the channel that names no account was meant for this one.
  const vague = rules.findIndex((rule) => {
    const held = boundPlace(rule);
    return agentOf(rule) === agentId && held?.channel === channel && held.accountId === undefined;
  });
  if (accountId !== undefined && vague >= 0) {
    return [
      withRules(
        config,
        rules.map((rule, at) => (at === vague ? { ...rule, match } : rule)),
      ),
      "updated",
      text,
    ];
  }
  return [withRules(config, [...rules, { agentId, match }]), "added", text];
}

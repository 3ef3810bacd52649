import type { Run } from "../command.ts";
import type { noFlags, plainFlags } from "../commands/models.ts";
import { CliError } from "../errors.ts";
import { changeConfig, readModel } from "./change.ts";
import { removeAlias, setAlias } from "./edits.ts";
import { validConfig } from "./local.ts";

/** An alias is typed in chats: a short word. */
const ALIAS = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,63}$/u;

const list: Run<typeof plainFlags> = async ({ flags, session }) => {
  const config = await validConfig(session);
  const { aliasesOf, formatRef, SOLE_AGENT_ID } = await import("../../agent/index.ts");
  const aliases = [...aliasesOf(config, SOLE_AGENT_ID)].map(
    ([alias, ref]) => [alias, formatRef(ref)] as const,
  );
  const { out } = session;
  if (flags.json) out.json({ aliases: Object.fromEntries(aliases) });
  else if (flags.plain) for (const [alias, model] of aliases) out.line(`${alias} ${model}`);
  else {
    out.line(`Aliases (${aliases.length}):`);
    for (const [alias, model] of aliases) out.line(`- ${alias} -> ${model}`);
  }
};

const add: Run<typeof noFlags> = async ({ args, session }) => {
  const [alias = "", model = ""] = args;
  if (!ALIAS.test(alias))
    throw new CliError(`Invalid alias: ${alias}. Use letters, digits, dots and dashes.`);
  const { name, same } = await readModel(session, model);
  await changeConfig(session, (config) => setAlias(config, alias, name, same), `Alias ${alias} -> ${name}`);
};

const remove: Run<typeof noFlags> = async ({ args, session }) => {
  const [alias = ""] = args;
  const change = (config: unknown) => {
    const after = removeAlias(config, alias);
    if (after !== undefined) return after;
    throw new CliError(`No alias is called ${alias}.`, { hint: "See them: openclaw models aliases list" });
  };
  await changeConfig(session, change, `Removed alias ${alias}`);
};

export const aliases = { list: { run: list }, add: { run: add }, remove: { run: remove } };

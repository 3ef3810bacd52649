import type { Run } from "../command.ts";
import type { noFlags, plainFlags } from "../commands/models.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { changeConfig, readModel } from "./change.ts";
import { fallbacksOf, type ModelSetting, setFallbacks } from "./edits.ts";
import { validConfig } from "./local.ts";

const WORDS = { model: "Fallbacks", imageModel: "Image fallbacks" } as const;

/** `models fallbacks …` and `models image-fallbacks …`. */
function commandsOf(setting: ModelSetting) {
  const list: Run<typeof plainFlags> = async ({ flags, session }) => {
    await validConfig(session);
    const fallbacks = fallbacksOf(openConfig(session).peek().resolved, setting);
    const { out } = session;
    if (flags.json) out.json({ fallbacks });
    else if (flags.plain) for (const model of fallbacks) out.line(model);
    else {
      out.line(`${WORDS[setting]} (${fallbacks.length}):`);
      for (const model of fallbacks) out.line(`- ${model}`);
    }
  };

  const add: Run<typeof noFlags> = async ({ args, session }) => {
    const { name, same } = await readModel(session, args[0] ?? "");
    const change = (config: unknown) => {
      const before = fallbacksOf(config, setting);
      return before.some((other) => same(other, name))
        ? config
        : setFallbacks(config, setting, [...before, name]);
    };
    await changeConfig(session, change, `Added ${name} to the ${WORDS[setting].toLowerCase()}`);
  };

  const remove: Run<typeof noFlags> = async ({ args, session }) => {
    const { name, same } = await readModel(session, args[0] ?? "");
    const change = (config: unknown) => {
      const before = fallbacksOf(config, setting);
      const after = before.filter((other) => !same(other, name));
      if (after.length < before.length) return setFallbacks(config, setting, after);
      throw new CliError(`${name} is none of the ${WORDS[setting].toLowerCase()}.`, {
        hint: "See them: openclaw models status",
      });
    };
    await changeConfig(session, change, `Removed ${name} from the ${WORDS[setting].toLowerCase()}`);
  };

  const clear: Run<typeof noFlags> = async ({ session }) =>
    changeConfig(session, (config) => setFallbacks(config, setting, []), `${WORDS[setting]} cleared`);

  return { list: { run: list }, add: { run: add }, remove: { run: remove }, clear: { run: clear } };
}

export const fallbacks = commandsOf("model");
export const imageFallbacks = commandsOf("imageModel");

import type { Run } from "../command.ts";
import type { setFlags } from "../commands/models.ts";
import { changeConfig, readModel } from "./change.ts";
import { type ModelSetting, setPrimary } from "./edits.ts";

const TOLD = { model: "Default model", imageModel: "Image model" } as const;

/** `models set` and `models set-image`. */
const setting =
  (which: ModelSetting): Run<typeof setFlags> =>
  async ({ args, session }) => {
    const { name, same } = await readModel(session, args[0] ?? "");
    await changeConfig(session, (config) => setPrimary(config, which, name, same), `${TOLD[which]}: ${name}`);
  };

export const run = setting("model");
export const image = { run: setting("imageModel") };

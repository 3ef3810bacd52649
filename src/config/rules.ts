import { modernise } from "./legacy/index.ts";
import { reloadKindOf } from "./reload-plan.ts";
import { lackingReader } from "./unread.ts";
import { isSensitivePath, type OpenClawConfig } from "./schema/index.ts";
import type { ConfigRules } from "./snapshot.ts";
import { validateConfig } from "./validate.ts";

/** What the schema says about the keys of this gateway. */
export const openClawRules: ConfigRules<OpenClawConfig> = {
  validate: validateConfig,
  modernise: (value) => modernise(value, { all: false }),
  isSensitive: isSensitivePath,
  needsRestart: (path) => lackingReader(path) === undefined && reloadKindOf(path) === "restart",
};

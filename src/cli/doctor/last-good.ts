import { existsSync, lstatSync } from "node:fs";
import {
  type ConfigSnapshot,
  ConfigStore,
  displayPath,
  lastGoodPath,
  openClawRules,
  withWriteLock,
  writeFileAtomic,
} from "../../config/index.ts";
import { VERSION } from "../../lib/version.ts";
import type { Session } from "../session.ts";
import type { Repair } from "./check.ts";
import { configDiff } from "./config-diff.ts";

/**
 * Puts the last configuration that a gateway accepted in the place of a broken one, which is kept beside it. `undefined` when
 * there is none that is valid, or when the file must not be written.
 */
export function lastGoodRepair(session: Session, broken: ConfigSnapshot<unknown>): Repair | undefined {
  const { path, raw } = broken;
  const { paths, env, clock } = session;
  const kept = lastGoodPath(path);
  if (env.configReadonlyBy !== undefined || raw === null || !existsSync(kept)) return undefined;
  if (lstatSync(path).isSymbolicLink()) return undefined;
  const good = new ConfigStore({
    paths: { configPath: kept },
    env,
    clock,
    version: VERSION,
    rules: openClawRules,
  }).peek();
  const text = good.raw;
  if (!good.valid || text === null || text === raw) return undefined;
  const show = (file: string) => displayPath(file, paths.home);
  return {
    summary: `Restore the last configuration that worked (${show(kept)})`,
    preview: configDiff(raw, text, good.sourceConfig),
    needsConsent: true,
    async apply() {
      const aside = `${path}.broken.${new Date(clock.now()).toISOString().replaceAll(/[:.]/g, "-")}`;
      await withWriteLock(path, () => {
        writeFileAtomic(aside, raw);
        writeFileAtomic(path, text);
      });
      return `Restored ${show(path)}; the broken file is kept as ${show(aside)}`;
    },
  };
}

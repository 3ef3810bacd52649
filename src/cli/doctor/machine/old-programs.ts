import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { Check, Finding } from "../check.ts";

/** What the program was called, newest first. */
const NAMES = ["openclaw", "moltbot", "clawdbot"] as const;

/** The names of this program lead to this program. */
export const oldProgramsCheck: Check = {
  id: "programs",
  title: "Programs of the same name",
  reason:
    "An older installation that is found first answers in place of this program, with an older idea of the state.",
  ofThePast: true,
  async run({ env }) {
    const windows = env.system.platform === "win32";
    const dirs = (env.raw["PATH"] ?? env.raw["Path"] ?? "").split(delimiter).filter((dir) => isAbsolute(dir));
    const found = (name: string): string[] => {
      const files = windows ? [`${name}.exe`, `${name}.cmd`] : [name];
      return [...new Set(dirs)].flatMap((dir) => files.map((file) => join(dir, file)).filter(isProgram));
    };
    return programFindings(
      NAMES.map((name) => ({
        name,
        places: found(name).map((path) => ({ path, real: realpathSync(path) })),
      })),
      realpathSync(process.execPath.replace(/ \(deleted\)$/, "")),
    );
  },
};

/** What is found under one name, in the order of `PATH`. */
export interface NamedPrograms {
  readonly name: string;
  readonly places: readonly { readonly path: string; readonly real: string }[];
}

/** What to say of them to the program whose file is `own`. */
export function programFindings(programs: readonly NamedPrograms[], own: string): Finding[] {
  return programs.flatMap(({ name, places }) => {
    const others = places.filter(({ real }) => real !== own);
    const [first] = places;
    return others.map(({ path, real }): Finding => {
      const shadows = name === "openclaw" && path === first?.path;
      return {
        severity: shadows ? "warning" : "info",
        message: shadows
          ? `"openclaw" means ${path} in this shell, which is another program than this one (${own}).`
          : `There is another ${name}: ${path}.`,
        path,
        fixHint: removal(path, real),
      };
    });
  });
}

/** How to get rid of a program, by where it lies. */
function removal(path: string, real: string): string {
  const npm = /node_modules[/\\](openclaw|moltbot|clawdbot)[/\\]/.exec(real)?.[1];
  if (npm !== undefined) return `If it is not needed any more: npm uninstall -g ${npm}`;
  return `If it is not needed any more: rm "${path}"`;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

import { Database } from "bun:sqlite";
import { type TempHome, tempHome } from "../../support/index.ts";

const DB = ".openclaw/state/openclaw.sqlite";

/** Something that keeps a running gateway from writing its store. */
export interface StoreTrouble {
  readonly what: string;
  /** Found in what callers are told. */
  readonly told: RegExp;
  /** Makes the store refuse every write; returns what mends it. */
  readonly strike: (home: TempHome) => Promise<() => Promise<void>>;
}

const run = (...command: string[]) => Bun.spawnSync(command, { stderr: "ignore" }).success;

/** Only the superuser has disks to fill; and nothing is read-only to them but a disk. */
const MAY_MOUNT = process.getuid?.() === 0 && run("unshare", "-m", "true");

const LOCKED: StoreTrouble = {
  what: "a database another process holds",
  told: /held by another process/,
  strike: async (home) => {
    const other = new Database(home.at(DB));
    // The gateway may be writing just now.
    other.run("PRAGMA busy_timeout = 5000");
    other.run("BEGIN IMMEDIATE");
    return async () => {
      other.run("ROLLBACK");
      other.close();
    };
  },
};

const FULL: StoreTrouble = {
  what: "a full disk",
  told: /disk .*full/,
  strike: async (home) => {
    const ballast = home.at(".openclaw/ballast");
    run("dd", "if=/dev/zero", `of=${ballast}`, "bs=4096");
    return async () => Bun.file(ballast).delete();
  },
};

/** All that can be had on this machine. */
export const STORE_TROUBLES: readonly StoreTrouble[] = MAY_MOUNT ? [LOCKED, FULL] : [LOCKED];

/** A home whose state folder is a small disk of its own, of so many MB, where that can be had. */
export async function smallHome(megabytes = 3): Promise<TempHome> {
  const home = await tempHome();
  if (!MAY_MOUNT) return home;
  await home.write(".openclaw/.keep", "");
  if (!run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", home.at(".openclaw")))
    throw new Error("no small disk could be mounted");
  return {
    ...home,
    async [Symbol.asyncDispose]() {
      run("umount", "-l", home.at(".openclaw"));
      await home[Symbol.asyncDispose]();
    },
  };
}

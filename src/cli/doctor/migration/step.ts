import type { ConfigPath } from "../../../config/index.ts";

/** One act of a migration. Each can be repeated, and each can be taken back. */
export type Step =
  /** Makes a folder (0700). */
  | { readonly kind: "folder"; readonly path: string }
  /** Renames, on one disk: nothing is copied, modes and times stay. */
  | { readonly kind: "move"; readonly from: string; readonly to: string }
  /** Leaves a link, so that what names the old place still finds it. */
  | { readonly kind: "link"; readonly path: string; readonly to: string }
  /** Sets keys of a configuration that has none there; comments stay. */
  | { readonly kind: "settings"; readonly path: string; readonly set: readonly Setting[] }
  /** Reads what older versions kept in files, or in a database of theirs, into the state database. */
  | { readonly kind: "take-over"; readonly what: TakeOver; readonly from: string };

export interface Setting {
  readonly path: ConfigPath;
  readonly value: string;
}

/** What is read into the state database: conversations, credentials of models, people who were let in. */
export type TakeOver = "sessions" | "models" | "pairing";

/** A step of a plan, and why. */
export interface PlannedStep {
  readonly step: Step;
  /** For people: `Move ~/.clawdbot to ~/.openclaw (12 files, 3 KB)`. */
  readonly title: string;
  readonly why: string;
}

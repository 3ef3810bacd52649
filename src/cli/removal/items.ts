/** Something that is to be removed: moved aside, under a dated name beside it. */
export interface Item {
  readonly kind: "config" | "credentials" | "sessions" | "state" | "workspace" | "app" | "completion";
  readonly path: string;
  /** Folders below it that stay where they are. */
  readonly keep: readonly string[];
  /** What a person should know before it goes. */
  readonly warning?: string;
}

/** Something that was meant and stays, and why. */
export interface Kept {
  readonly kind: Item["kind"];
  readonly path: string;
  readonly reason: string;
}

/** What a removal consists of. */
export interface Removal {
  readonly items: readonly Item[];
  readonly kept: readonly Kept[];
}

/** Where something went. */
export interface Moved {
  readonly path: string;
  readonly to: string;
  /** Some of it stayed where it was. */
  readonly inPart: boolean;
}

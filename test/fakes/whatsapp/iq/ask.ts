import type { Companion } from "../state/companion.ts";
import type { World } from "../state/world.ts";
import type { BinaryNode } from "../wire/index.ts";

/** A question a linked device asks the server. */
export interface Ask {
  readonly world: World;
  readonly companion: Companion;
  readonly iq: BinaryNode;
  /** What it asks for: the first child. */
  readonly what: BinaryNode;
}

/** A refusal: `error` with this code and text. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}

/** Answers questions of one namespace: what the result holds. @throws Refused */
export type Answerer = (ask: Ask) => BinaryNode[] | Promise<BinaryNode[]>;

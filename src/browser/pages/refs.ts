import type { CdpSession } from "../cdp/connection.ts";
import { BrowserError } from "../errors.ts";

/** An element that a snapshot named. */
export interface NamedElement {
  readonly session: CdpSession;
  readonly backendNodeId: number;
  readonly role: string;
  readonly name: string;
}

/** What the names of the last snapshot of a page stand for; they end with the document they are from. */
export class Refs {
  #elements = new Map<string, NamedElement>();

  /** Takes the place of what was named before. */
  replace(elements: Map<string, NamedElement>): void {
    this.#elements = elements;
  }

  clear(): void {
    this.#elements = new Map();
  }

  /** @throws BrowserError 404 for a name of another document, or of none */
  find(ref: string): NamedElement {
    const name = ref
      .trim()
      .replace(/^(?:ref=|@)/, "")
      .replace(/^(\d+)$/, "e$1");
    const element = this.#elements.get(name);
    if (element) return element;
    throw new BrowserError(
      404,
      `Unknown ref "${ref}": it is not of the last snapshot of this page. Take a new snapshot.`,
    );
  }
}

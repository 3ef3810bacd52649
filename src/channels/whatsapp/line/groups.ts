import type { GroupMetadata } from "@whiskeysockets/baileys";
import { type Clock, inTime } from "../../../lib/clock.ts";
import { GROUP_TITLE_WAIT_MS, GROUP_TTL_MS, GROUPS_REMEMBERED } from "./limits.ts";

interface Known {
  readonly at: number;
  readonly asked: Promise<GroupMetadata | undefined>;
}

/** What groups are called and who is in them, asked once in a while. */
export class Groups {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly clock: Clock,
    /** @throws Error */
    private readonly ask: (group: string) => Promise<GroupMetadata>,
  ) {}

  /** Undefined when it cannot be had. */
  of(group: string): Promise<GroupMetadata | undefined> {
    const known = this.#known.get(group);
    if (known && this.clock.monotonic() - known.at < GROUP_TTL_MS) return known.asked;
    const asked = this.ask(group).catch(() => {
      this.#known.delete(group);
      return undefined;
    });
    this.#known.delete(group);
    this.#known.set(group, { at: this.clock.monotonic(), asked });
    const [oldest] = this.#known.keys();
    if (this.#known.size > GROUPS_REMEMBERED && oldest !== undefined) this.#known.delete(oldest);
    return asked;
  }

  /** What it is called, if that is known soon. */
  async titleOf(group: string): Promise<string | undefined> {
    const found = await inTime(this.clock, GROUP_TITLE_WAIT_MS, this.of(group), undefined);
    return found?.subject;
  }

  /** Something about it changed. */
  forget(group: string): void {
    this.#known.delete(group);
  }
}

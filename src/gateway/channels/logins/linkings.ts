import type { ChannelLinking, LinkingDeps, RegisteredChannel } from "../../../channels/index.ts";

/** What links the accounts of each channel, made when it is first asked for. */
export class Linkings {
  private readonly made = new Map<string, Promise<ChannelLinking>>();

  constructor(
    private readonly registered: readonly RegisteredChannel[],
    private readonly deps: () => LinkingDeps,
  ) {}

  /** Channels whose accounts are linked. */
  get channels(): readonly string[] {
    return this.registered.flatMap(({ channel, linking }) => (linking ? [channel.meta.id] : []));
  }

  /** Undefined for a channel whose accounts have a token. */
  of(channelId: string): Promise<ChannelLinking> | undefined {
    const known = this.made.get(channelId);
    if (known) return known;
    const made = this.registered
      .find(({ channel }) => channel.meta.id === channelId)
      ?.linking?.open(this.deps());
    if (made) this.made.set(channelId, made);
    return made;
  }
}

import type { GatewayClient } from "../../client/index.ts";
import type { channels } from "../../protocol/index.ts";
import { knownChannels } from "../channels/known.ts";

/**
 * The channel a command means: the one it names, that of its targets (`telegram:777`), else the only one the gateway has.
 * @throws GatewayRequestError when it has none or several
 */
export async function channelOf(
  named: string | undefined,
  targets: readonly string[],
  client: GatewayClient,
  timeoutMs: number,
): Promise<string> {
  if (named !== undefined) return named.trim().toLowerCase();
  const [first, ...others] = await Promise.all(targets.map(prefixed));
  if (first !== undefined && others.every((one) => one === first)) return first;
  const { channel } = await client.request<typeof channels.channelsDirectory>(
    "channels.directory",
    { kind: "self" },
    { timeoutMs },
  );
  return channel;
}

/** The channel whose name, or a shorter one, a target begins with. */
async function prefixed(target: string): Promise<string | undefined> {
  const prefix = /^\s*([a-z][a-z0-9-]*):/i.exec(target)?.[1]?.toLowerCase();
  if (prefix === undefined) return undefined;
  const found = (await knownChannels()).find((channel) => {
    if (channel.meta.id === prefix) return true;
    try {
      channel.target(target);
      return true;
    } catch {
      return false;
    }
  });
  return found?.meta.id;
}

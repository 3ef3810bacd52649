import type { Session } from "../session.ts";
import { configuredChannels } from "./configured.ts";
import { channelNamed, type KnownChannel, knownChannels, linkedChannels } from "./known.ts";

/** The channel a command names, else the only one that has accounts. @throws CliError */
export async function channelMeant(
  session: Session,
  argument: string | undefined,
  flag: string | undefined,
): Promise<KnownChannel> {
  if (argument !== undefined || flag !== undefined) return await channelNamed(argument, flag);
  const { channels } = await configuredChannels(session);
  const [only, ...others] = channels.filter(({ accounts }) => accounts.length > 0);
  return only && others.length === 0 ? only.channel : await channelNamed(undefined, undefined);
}

/** The channel that is to be given a token: the named one, else the only one whose accounts have one. @throws CliError */
export async function channelWithToken(
  argument: string | undefined,
  flag: string | undefined,
): Promise<KnownChannel> {
  if (argument !== undefined || flag !== undefined) return await channelNamed(argument, flag);
  const linked = await linkedChannels();
  const [only, ...others] = (await knownChannels()).filter((one) =>
    linked.every(({ meta }) => meta.id !== one.meta.id),
  );
  return only && others.length === 0 ? only : await channelNamed(undefined, undefined);
}

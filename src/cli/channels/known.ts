import { CliError } from "../errors.ts";

const load = () => import("../../channels/index.ts");

type Registered = ReturnType<Awaited<ReturnType<typeof load>>["describedChannels"]>[number];

/** A channel of this program. */
export type KnownChannel = Registered["channel"];

/** Every channel of this program. */
export async function knownChannels(): Promise<readonly KnownChannel[]> {
  const { describedChannels } = await load();
  return describedChannels().map(({ channel }) => channel);
}

/** Channels whose accounts are linked by a login. */
export async function linkedChannels(): Promise<readonly KnownChannel[]> {
  const { describedChannels } = await load();
  return describedChannels().flatMap(({ channel, linking }) => (linking ? [channel] : []));
}

/** The channel a command names, as argument or as `--channel`. @throws CliError when it names none */
export async function channelNamed(
  argument: string | undefined,
  flag: string | undefined,
): Promise<KnownChannel> {
  const all = await knownChannels();
  const name = (argument ?? flag)?.trim().toLowerCase();
  const ids = all.map(({ meta }) => meta.id);
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw new CliError(`The channel is named twice: ${argument} and ${flag}.`);
  }
  const found = all.find(({ meta }) => meta.id === name);
  if (found) return found;
  throw new CliError(
    name === undefined ? "No channel is named." : `There is no channel ${name} in this version.`,
    { hint: `Channels: ${ids.join(", ")}` },
  );
}

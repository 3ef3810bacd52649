import { CliError } from "../errors.ts";
import type { PairingAccess, Waiting } from "./access.ts";

/** Which requests are meant. */
export interface Filter {
  readonly channel: string | undefined;
  readonly account: string | undefined;
}

/** The channel, which may be named in one of two places. Throws `CliError` when they differ. */
export function channelOf(flag: string | undefined, argument: string | undefined): string | undefined {
  const [named, given] = [flag, argument].map((text) => text?.trim().toLowerCase());
  if (named !== undefined && given !== undefined && named !== given) {
    throw new CliError(`Two channels are named: ${named} and ${given}.`, {
      hint: "Name it once: before the code, or with --channel.",
    });
  }
  return named ?? given;
}

/** A code alone, or a channel and a code. */
export function channelAndCode(
  flag: string | undefined,
  [first, second]: readonly string[],
): { readonly channel: string | undefined; readonly code: string } {
  if (second === undefined) return { channel: channelOf(flag, undefined), code: codeOf(first ?? "") };
  return { channel: channelOf(flag, first), code: codeOf(second) };
}

function codeOf(text: string): string {
  return text.trim().toUpperCase();
}

export async function waiting(
  pairing: PairingAccess,
  { channel, account }: Filter,
): Promise<readonly Waiting[]> {
  return (await pairing.list()).filter(
    (request) =>
      (channel === undefined || request.channel === channel) &&
      (account === undefined || request.accountId === account.trim()),
  );
}

/** The request with this code. Throws `CliError` when there is none, or it does not say which. */
export async function findRequest(
  pairing: PairingAccess,
  filter: Filter & { readonly code: string },
): Promise<Waiting> {
  const [only, ...others] = (await waiting(pairing, filter)).filter(({ code }) => code === filter.code);
  if (only === undefined) throw noRequest(filter);
  if (others.length === 0) return only;
  const places = [only, ...others].map(({ channel, accountId }) => `${channel} (account ${accountId})`);
  throw new CliError(`The code ${filter.code} waits in more than one place: ${places.join(", ")}.`, {
    hint: "Say which with --channel and --account.",
  });
}

/** Nobody waits with this code any more. */
export function noRequest({
  channel,
  code,
}: {
  readonly channel: string | undefined;
  readonly code: string;
}): CliError {
  const where = channel === undefined ? "" : ` on ${channel}`;
  return new CliError(`Nobody waits with the code ${code}${where}. Codes hold for an hour.`, {
    hint: `See who waits: openclaw pairing list${channel === undefined ? "" : ` ${channel}`}`,
  });
}

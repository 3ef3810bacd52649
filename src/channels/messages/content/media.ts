import { basename, resolve } from "node:path";
import { isInside, type Jail, openInside, PathJailError } from "../../../lib/path-jail/index.ts";
import { invalidRequest } from "../../../protocol/index.ts";
import type { ChannelAccount } from "../../channel.ts";
import type { OutboundMedia } from "../../outbound-message.ts";
import { DEFAULT_MEDIA_MB, MAX_MEDIA, MIB } from "../limits.ts";

/** A file as a request names it. */
export interface NamedMedia {
  readonly source: string;
  readonly name?: string;
  readonly mimeType?: string;
}

/**
 * Files that may go out: addresses and data as they are, files of this machine only from the folders they may be sent
 * from, under their real path. @throws ProtocolError that says what is wrong with which
 */
export async function checkedMedia(
  named: readonly NamedMedia[],
  account: ChannelAccount,
  jails: readonly Jail[],
): Promise<readonly OutboundMedia[]> {
  if (named.length > MAX_MEDIA) throw invalidRequest(`a message takes at most ${MAX_MEDIA} files`);
  const maxBytes = (account.settings.mediaMaxMb ?? DEFAULT_MEDIA_MB) * MIB;
  const media: OutboundMedia[] = [];
  for (const one of named) media.push(await checked(one, maxBytes, jails));
  return media;
}

async function checked(one: NamedMedia, maxBytes: number, jails: readonly Jail[]): Promise<OutboundMedia> {
  const { source } = one;
  if (source.startsWith("data:")) {
    const bytes = bytesOfDataUrl(source);
    if (bytes === undefined) throw invalidRequest("a data URL of media must hold base64");
    if (bytes > maxBytes) throw tooLarge(one.name ?? "the file", bytes, maxBytes);
    return one;
  }
  if (/^https?:\/\//i.test(source)) {
    if (!URL.canParse(source)) throw invalidRequest(`${source} is no valid address of a file`);
    return one;
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(source)) return fileAt(fileUrlPath(source), one, maxBytes, jails);
  return fileAt(source, one, maxBytes, jails);
}

function fileUrlPath(source: string): string {
  if (!/^file:\/\//i.test(source) || !URL.canParse(source)) {
    throw invalidRequest(
      `${source} cannot be sent: name an http(s) address, a data URL or the path of a file`,
    );
  }
  return Bun.fileURLToPath(source);
}

async function fileAt(
  path: string,
  one: NamedMedia,
  maxBytes: number,
  jails: readonly Jail[],
): Promise<OutboundMedia> {
  let refusal: string | undefined;
  for (const jail of jails) {
    try {
      await using file = await openInside(jail, path);
      if (file.stats.size > maxBytes) throw tooLarge(basename(file.path), file.stats.size, maxBytes);
      return { ...one, source: file.path, name: one.name ?? basename(file.path) };
    } catch (error) {
      if (!(error instanceof PathJailError)) throw error;
      // Of files elsewhere nobody is told whether they are there.
      if (liesIn(jail, path)) refusal = error.message;
    }
  }
  const why =
    refusal ?? "it lies in none of the folders that files are sent from, such as the workspace of the agent";
  throw invalidRequest(`media ${path} cannot be sent: ${why}`);
}

function liesIn({ root, base }: Jail, path: string): boolean {
  return root === undefined || isInside(resolve(root), resolve(base ?? root, path));
}

function tooLarge(name: string, bytes: number, maxBytes: number) {
  const mib = (value: number) => Math.ceil(value / MIB);
  return invalidRequest(
    `${name} is larger than what may be sent (${mib(bytes)} of ${mib(maxBytes)} MiB, see mediaMaxMb)`,
  );
}

function bytesOfDataUrl(source: string): number | undefined {
  const [, data] = /^data:[^,]*;base64,([A-Za-z0-9+/=\s]*)$/.exec(source) ?? [];
  return data === undefined ? undefined : Math.floor((data.length * 3) / 4);
}

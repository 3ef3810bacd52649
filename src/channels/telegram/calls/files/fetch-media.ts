import type { FetchedMedia } from "../../../channel.ts";
import type { MediaRef } from "../../../inbound-event.ts";
import { megabytes, sniffedType, tooLarge, typeOfName } from "../../../files/index.ts";
import { outgoingRules } from "../../render/index.ts";
import type { CallDeps } from "../deps.ts";
import { FILE_TOO_BIG, refusedWith } from "../failures.ts";
import { CLOUD_DOWNLOAD_MAX_BYTES } from "../limits.ts";
import { SIZE_KEY, usesCloud } from "./media-file.ts";
import { repeated } from "../repeat.ts";

type FetchDeps = Pick<CallDeps, "client" | "clock" | "account">;

/** Fetches a file somebody sent into memory. @throws Error that says why not, for the agent */
export async function fetchMedia(
  media: MediaRef,
  maxBytes: number,
  deps: FetchDeps,
  signal: AbortSignal,
): Promise<FetchedMedia> {
  const limit = Math.min(maxBytes, outgoingRules(deps.account()).mediaMaxBytes);
  const size = media.sizeBytes;
  if (size !== undefined) assertSize(size, limit, deps);
  const file = await located(media, deps, signal);
  if (file.size !== undefined) assertSize(file.size, limit, deps);
  const bytes = await repeated(deps.clock, () => deps.client.download(file.path, limit, signal), { signal });
  const name = media.name ?? file.path.split("/").at(-1);
  return {
    bytes,
    mimeType: media.mimeType ?? sniffedType(bytes) ?? typeOfName(name ?? "") ?? "application/octet-stream",
    ...(name !== undefined && name !== "" && { name }),
  };
}

async function located(
  { fileId, sizeBytes }: MediaRef,
  { client, clock }: FetchDeps,
  signal: AbortSignal,
): Promise<{ readonly path: string; readonly size: number | undefined }> {
  try {
    const file = await repeated(clock, () => client.call("getFile", { file_id: fileId }, signal), { signal });
    if (file.file_path === undefined) throw new Error("Telegram does not say where the file is.");
    return { path: file.file_path, size: file.file_size };
  } catch (error) {
    if (refusedWith(error, FILE_TOO_BIG)) throw new Error(tooBigForBots(sizeBytes), { cause: error });
    throw error;
  }
}

function assertSize(size: number, limit: number, deps: FetchDeps): void {
  if (size > limit) throw new Error(tooLarge(size, { maxBytes: limit, key: SIZE_KEY }));
  if (size > CLOUD_DOWNLOAD_MAX_BYTES && usesCloud(deps)) throw new Error(tooBigForBots(size));
}

function tooBigForBots(size: number | undefined): string {
  const has = size === undefined ? "this one has more" : `this one has ${megabytes(size)} MB`;
  return (
    `Telegram gives files of up to ${megabytes(CLOUD_DOWNLOAD_MAX_BYTES)} MB to bots, and ${has}. ` +
    "A Bot API server of your own (channels.telegram.apiRoot) gives larger ones."
  );
}

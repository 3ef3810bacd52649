import type { ChannelAccount, FetchedMedia } from "../../channel.ts";
import { BYTES_PER_MB, sniffedType, tooLarge, typeOfName } from "../../files/index.ts";
import type { MediaRef } from "../../inbound-event.ts";
import { whatsappSettings } from "../account/index.ts";
import { locatorOf } from "../normalise/index.ts";
import { unseal } from "./media-crypto.ts";
import type { MediaHost } from "./media-host.ts";

/** Fetches a file somebody sent into memory. @throws Error that says why not, for the agent */
export async function fetchFile(
  media: MediaRef,
  maxBytes: number,
  { host, account }: { readonly host: MediaHost; readonly account: () => ChannelAccount },
  signal: AbortSignal,
): Promise<FetchedMedia> {
  const own = whatsappSettings(account()).mediaMaxMb * BYTES_PER_MB;
  const rule = { maxBytes: Math.min(maxBytes, own), key: "channels.whatsapp.mediaMaxMb" };
  if ((media.sizeBytes ?? 0) > rule.maxBytes) throw new Error(tooLarge(media.sizeBytes ?? 0, rule));
  const { type, path, key, sha256 } = locatorOf(media);
  const sealed = await host.download(path, rule.maxBytes, signal);
  const expected = sha256 === undefined ? undefined : Buffer.from(sha256, "base64");
  const bytes = unseal(sealed, Buffer.from(key, "base64"), type, expected);
  return {
    bytes,
    mimeType:
      media.mimeType ?? sniffedType(bytes) ?? typeOfName(media.name ?? "") ?? "application/octet-stream",
    ...(media.name !== undefined && { name: media.name }),
  };
}

import type { WASocket } from "@whiskeysockets/baileys";
import { isRecord } from "../../../lib/records.ts";
import { type Egress, EgressError, type EgressPolicy } from "../../../lib/egress/index.ts";
import { SendError } from "../../outbound-message.ts";
import type { MediaType } from "../normalise/index.ts";
import type { WebPlace } from "../socket/index.ts";
import { ENCRYPTION_OVERHEAD_BYTES, MEDIA_HOST_TRIES, TRANSFER_TIMEOUT_MS } from "./limits.ts";

/** The hosts that keep files; which they are, the server says. What a message itself names as its address is not looked at. */
export class MediaHost {
  constructor(
    private readonly deps: {
      readonly wire: Pick<WASocket, "refreshMediaConn">;
      readonly egress: Pick<Egress, "request">;
      readonly place: Pick<WebPlace, "isOther">;
    },
  ) {}

  /** @throws Error that says why not */
  async download(path: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const { hosts } = await this.deps.wire.refreshMediaConn(false);
    const limits = {
      maxBytes: maxBytes + ENCRYPTION_OVERHEAD_BYTES,
      totalTimeoutMs: TRANSFER_TIMEOUT_MS,
    };
    let failure: unknown = new Error("WhatsApp names no host for files");
    for (const { hostname } of hosts.slice(0, MEDIA_HOST_TRIES)) {
      try {
        const response = await this.deps.egress.request(
          `https://${hostname}${path}`,
          { signal, headers: { origin: "https://web.whatsapp.com" } },
          this.#policy(hostname),
          limits,
        );
        if (response.ok) return new Uint8Array(await response.arrayBuffer());
        await response.body?.cancel();
        failure = new Error(
          response.status === 404 || response.status === 410
            ? "WhatsApp does not keep this file any more"
            : `WhatsApp answered HTTP ${response.status}`,
        );
      } catch (error) {
        failure = error;
        if (error instanceof EgressError && error.kind === "too-large") break;
      }
    }
    throw failure;
  }

  /** Brings an encrypted file; answers where it lies. @throws SendError */
  async upload(
    bytes: Uint8Array,
    type: MediaType,
    sealedSha256: Uint8Array,
    signal: AbortSignal,
  ): Promise<{ readonly url: string; readonly directPath: string }> {
    const { auth, hosts } = await this.deps.wire.refreshMediaConn(false);
    const token = Buffer.from(sealedSha256).toString("base64url");
    const query = `auth=${encodeURIComponent(auth)}&token=${token}`;
    const folder = type === "sticker" ? "image" : type;
    let failure = new SendError("busy", "WhatsApp names no host for files.");
    for (const { hostname } of hosts.slice(0, MEDIA_HOST_TRIES)) {
      try {
        const response = await this.deps.egress.request(
          `https://${hostname}/mms/${folder}/${token}?${query}`,
          {
            method: "POST",
            body: Uint8Array.from(bytes),
            headers: { "content-type": "application/octet-stream", origin: "https://web.whatsapp.com" },
            signal,
          },
          this.#policy(hostname),
          { responseTimeoutMs: TRANSFER_TIMEOUT_MS, totalTimeoutMs: TRANSFER_TIMEOUT_MS },
        );
        const answer: unknown = response.ok ? await response.json() : await response.body?.cancel();
        const placed = placeIn(answer);
        if (placed) return placed;
        failure = new SendError("busy", `The file was not taken: WhatsApp answered HTTP ${response.status}.`);
      } catch (error) {
        if (error instanceof SendError) throw error;
        const why = error instanceof Error ? error.message : "the connection failed";
        failure = new SendError("busy", `The file was not brought to WhatsApp: ${why}.`, { cause: error });
      }
    }
    throw failure;
  }

  #policy(hostname: string): EgressPolicy {
    return {
      reach: "public",
      ...(this.deps.place.isOther && { trusted: [new URL(`https://${hostname}`).origin] }),
    };
  }
}

function placeIn(answer: unknown): { readonly url: string; readonly directPath: string } | undefined {
  if (!isRecord(answer)) return undefined;
  const { url, direct_path: directPath } = answer;
  return typeof url === "string" && typeof directPath === "string" ? { url, directPath } : undefined;
}

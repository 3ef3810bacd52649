import { isAbsolute } from "node:path";
import { type Egress, EgressError, type EgressPolicy } from "../../../lib/egress/index.ts";
import { PathJailError, readInside } from "../../../lib/path-jail/index.ts";
import { TransportError, transportError } from "./transport.ts";

/** Where files are fetched. */
export interface FileSource {
  readonly token: string;
  readonly apiRoot: string;
  readonly egress: Egress;
  readonly policy: EgressPolicy;
  /** Folders in which a Bot API server on this machine keeps its files. */
  readonly localRoots: readonly string[];
}

/** The bytes of a file `getFile` named. @throws TransportError */
export async function fetchFile(
  source: FileSource,
  filePath: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  // A Bot API server of one's own answers with the place of the file on its disk.
  if (isAbsolute(filePath)) return await readLocal(source.localRoots, filePath, maxBytes);
  const url = `${source.apiRoot}/file/bot${source.token}/${filePath.split("/").map(encodeURIComponent).join("/")}`;
  try {
    const response = await source.egress.request(url, { signal }, source.policy, {
      totalTimeoutMs: 0,
      maxRedirects: 0,
      maxBytes,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new TransportError(
        response.status >= 500 ? "busy" : "refused",
        response.status >= 500 ? "server" : "refused",
        `the file is not there (HTTP ${response.status})`,
        response.status,
      );
    }
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (error instanceof EgressError && error.kind === "too-large") {
      throw new TransportError("refused", "refused", `the file is larger than ${maxBytes} bytes`);
    }
    throw transportError(error, signal);
  }
}

async function readLocal(roots: readonly string[], filePath: string, maxBytes: number): Promise<Uint8Array> {
  for (const root of roots) {
    try {
      return (await readInside({ root }, filePath, maxBytes)).bytes;
    } catch (error) {
      if (!(error instanceof PathJailError)) throw error;
      if (error.kind === "too_big") throw new TransportError("refused", "refused", error.message);
    }
  }
  throw new TransportError(
    "refused",
    "refused",
    "the Bot API server keeps its files in a folder that is not in channels.telegram.trustedLocalFileRoots",
  );
}

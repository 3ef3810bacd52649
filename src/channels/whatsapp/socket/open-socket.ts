import type { Contact, GroupMetadata, WASocket } from "@whiskeysockets/baileys";
import type { Egress } from "../../../lib/egress/index.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { ChannelKeyRepository, KeyOwner } from "../../../store/index.ts";
import { Arrivals, ArrivalScope } from "./arrivals.ts";
import { keptAuth } from "./auth-state.ts";
import { type Ending, endingOf } from "./ending.ts";
import { type BaileysLibrary, loadBaileys } from "./library.ts";
import * as LIMITS from "./limits.ts";
import type { WebPlace } from "./place.ts";
import { quietLog } from "./quiet-log.ts";

/** What a socket tells, in the order it happens. */
export type SocketNews =
  /** Text of the code that a phone is to scan; a new one takes the place of the last. */
  | { readonly kind: "qr"; readonly qr: string }
  /** A phone scanned it. The server ends the connection with 515 now; the next one is logged in. */
  | { readonly kind: "paired" }
  | { readonly kind: "open"; readonly self: Contact | undefined }
  /** The server said everything it had kept for us. */
  | { readonly kind: "caught-up" }
  /** Any sign of life. */
  | { readonly kind: "frame" }
  /** The last word. */
  | { readonly kind: "closed"; readonly ending: Ending };

export interface SocketDeps {
  readonly keys: ChannelKeyRepository;
  readonly owner: KeyOwner;
  readonly place: WebPlace;
  readonly egress: Pick<Egress, "route">;
  readonly log: Logger;
  readonly heard: (news: SocketNews) => void;
  /** A decrypted message is in the store (`keys.arrivals`). */
  readonly arrived?: () => void;
  /** A message of ours somebody could not decrypt, to be encrypted once more. */
  readonly sentBefore?: (id: string) => Promise<Uint8Array | undefined>;
  /** Who is in a group, where that is known. */
  readonly groupOf?: (group: string) => Promise<GroupMetadata | undefined>;
  /** Chats whose messages are neither decrypted nor kept. */
  readonly isIgnored?: (jid: string) => boolean;
}

/** One connection to WhatsApp Web: it ends once and is not opened again. */
export interface WhatsappSocket {
  /** The library's own socket, for the rooms of this channel. */
  readonly wire: WASocket;
  readonly library: BaileysLibrary;
  /** Who is logged in. */
  self(): Contact | undefined;
  /** Ends the connection; the link stays. Never throws. */
  close(): Promise<void>;
  /** Unlinks this device at WhatsApp, then ends the connection. Our keys stay, see `keys.clear`. @throws Error */
  logout(): Promise<void>;
}

/**
 * Connects an account; with no credentials in the store the server offers codes to scan. Resolves before the connection is open.
 * @throws StoreError; EgressError when the address may not be reached
 */
export async function openSocket(deps: SocketDeps): Promise<WhatsappSocket> {
  const { keys, owner, place, heard } = deps;
  const url = new URL(place.url);
  const agent = await deps.egress.route(url, {
    reach: "public",
    ...(place.isOther && { trusted: [httpOrigin(url)] }),
  });
  const library = await loadBaileys();
  if (place.rootKey !== undefined) library.WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(place.rootKey);
  const scope = new ArrivalScope();
  const auth = await keptAuth({ keys, owner, library, arrivals: scope });
  let wire: WASocket | undefined;
  const log = deps.log.child("socket");
  const abandon = (error: unknown) => {
    log.error("a message could not be stored; the connection is given up, so that it comes again", {
      error,
    });
    // At once, so that not even a refusal goes out.
    void wire?.ws.close();
    void wire?.end(error instanceof Error ? error : new Error("the store failed"));
  };
  const arrivals = new Arrivals({ keys, owner, scope, arrived: deps.arrived ?? (() => undefined), abandon });
  wire = library.makeWASocket({
    auth: auth.state,
    waWebSocketUrl: url,
    logger: quietLog(log),
    makeSignalRepository: arrivals.wrap(library.DEFAULT_CONNECTION_CONFIG.makeSignalRepository),
    connectTimeoutMs: LIMITS.CONNECT_TIMEOUT_MS,
    defaultQueryTimeoutMs: LIMITS.QUERY_TIMEOUT_MS,
    keepAliveIntervalMs: LIMITS.KEEP_ALIVE_MS,
    retryRequestDelayMs: LIMITS.ASK_AGAIN_PAUSE_MS,
    transactionOpts: { maxCommitRetries: LIMITS.COMMIT_TRIES, delayBetweenTriesMs: LIMITS.COMMIT_PAUSE_MS },
    browser: ["OpenClaw", "Chrome", "1.0"],
    markOnlineOnConnect: false,
    syncFullHistory: false,
    generateHighQualityLinkPreview: false,
    shouldIgnoreJid: deps.isIgnored ?? (() => false),
    cachedGroupMetadata: (group) => deps.groupOf?.(group) ?? Promise.resolve(undefined),
    ...(agent && { agent }),
    getMessage: async ({ id }) => {
      const bytes = typeof id === "string" ? await deps.sentBefore?.(id) : undefined;
      return bytes === undefined ? undefined : library.proto.Message.decode(bytes);
    },
  });
  listen(wire, { auth, arrivals, heard, abandon });
  return faceOf(wire, library);
}

interface Ears {
  readonly auth: { save(): Promise<void> };
  readonly arrivals: Arrivals;
  readonly heard: (news: SocketNews) => void;
  readonly abandon: (error: unknown) => void;
}

function listen(wire: WASocket, { auth, arrivals, heard, abandon }: Ears): void {
  wire.ws.prependListener("CB:message", (stanza: Parameters<Arrivals["note"]>[0]) => arrivals.note(stanza));
  wire.ws.on("frame", () => heard({ kind: "frame" }));
  // The library leaves a connection that is refused with an HTTP status to its time-out. The status is no word of WhatsApp's: a
  // proxy on the way says 401 as well, and that ends no link.
  wire.ws.on("unexpected-response", (_request: unknown, { statusCode }: { readonly statusCode?: number }) => {
    wire.ws.emit("error", new Error(`the connection was refused with HTTP ${statusCode ?? "?"}`));
  });
  // The act of the store is over before the library says anything more to the server.
  wire.ev.on("creds.update", () => void auth.save().catch(abandon));
  wire.ev.on("connection.update", ({ connection, qr, isNewLogin, lastDisconnect, ...rest }) => {
    if (qr !== undefined) heard({ kind: "qr", qr });
    if (isNewLogin === true) heard({ kind: "paired" });
    if (connection === "open") heard({ kind: "open", self: wire.user });
    if (rest.receivedPendingNotifications === true) heard({ kind: "caught-up" });
    if (connection !== "close") return;
    // The library forgets whoever waits for an answer of a connection that it closes itself: a minute would pass for nothing.
    wire.ws.emit("error", new Error("the connection to WhatsApp ended"));
    heard({ kind: "closed", ending: endingOf(lastDisconnect?.error) });
  });
}

function faceOf(wire: WASocket, library: BaileysLibrary): WhatsappSocket {
  return {
    wire,
    library,
    self: () => wire.user,
    close: async () => {
      await wire.end(undefined);
    },
    logout: () => wire.logout(),
  };
}

/** The origin that the rules of outbound connections know the address by. */
function httpOrigin(url: URL): string {
  return new URL(url.href.replace(/^ws/, "http")).origin;
}

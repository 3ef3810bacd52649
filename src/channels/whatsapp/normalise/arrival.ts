import type { proto } from "@whiskeysockets/baileys";
import { isRecord } from "../../../lib/records.ts";
import type { StoredArrival } from "../../../store/index.ts";
import type { BaileysLibrary } from "../socket/index.ts";
import type { Arrived } from "./event.ts";
import type { OwnIds } from "./people.ts";

/** A stored arrival, read. */
export interface ReadArrival {
  /** One, unless the phone tells at once what could not be read before. */
  readonly messages: readonly Arrived[];
  /** What the library still needs when the same comes again: keys of groups and of the account. */
  readonly isForLibrary: boolean;
  /** A device of the account itself sent it. */
  readonly isOwn: boolean;
}

/** Reads what was decrypted. @throws Error when it is no message */
export function readArrival(
  { envelope, payload }: StoredArrival,
  own: OwnIds,
  library: BaileysLibrary,
): ReadArrival {
  const { decodeMessageNode, normalizeMessageContent, proto: wire, unpadRandomMax16 } = library;
  const stanza = { tag: "message", attrs: attrsOf(envelope), content: [] };
  const ownJid = `${own.number}@s.whatsapp.net`;
  const { fullMessage } = decodeMessageNode(stanza, ownJid, own.lid === undefined ? "" : `${own.lid}@lid`);
  const outer: proto.IMessage = wire.Message.decode(unpadRandomMax16(payload));
  const message = outer.deviceSentMessage?.message ?? outer;
  const { key, pushName } = fullMessage;
  // Only the account's own phone may tell what others said.
  const isFromPhone = key.fromMe === true && stanza.attrs["category"] === "peer";
  const told = isFromPhone ? toldAgain(message, library) : [];
  const itself: Arrived = {
    key,
    at: Number(stanza.attrs["t"] ?? 0),
    ...(typeof pushName === "string" && { pushName }),
    content: normalizeMessageContent(message),
  };
  return {
    messages: told.length > 0 ? told : [itself],
    isForLibrary: Boolean(message.senderKeyDistributionMessage ?? message.protocolMessage),
    isOwn: key.fromMe === true,
  };
}

/** Messages that came without their content, and that the library asked the phone for. */
function toldAgain(message: proto.IMessage, library: BaileysLibrary): readonly Arrived[] {
  const { peerDataOperationResult: results } =
    message.protocolMessage?.peerDataOperationRequestResponseMessage ?? {};
  return (results ?? []).flatMap(({ placeholderMessageResendResponse: response }) => {
    if (!response?.webMessageInfoBytes) return [];
    const info = library.proto.WebMessageInfo.decode(response.webMessageInfoBytes);
    const { key, pushName, participant } = info;
    if (!key?.id || !key.remoteJid || !info.message) return [];
    return [
      {
        key: { ...key, participant: key.participant ?? participant },
        at: Number(info.messageTimestamp ?? 0),
        ...(pushName && { pushName }),
        content: library.normalizeMessageContent(info.message),
      },
    ];
  });
}

function attrsOf(envelope: string): Record<string, string> {
  const value: unknown = JSON.parse(envelope);
  if (!isRecord(value)) throw new Error("the envelope of a message cannot be read");
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === "string" ? [[name, text]] : [])),
  );
}

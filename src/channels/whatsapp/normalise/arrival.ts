import type { proto } from "@whiskeysockets/baileys";
import { isRecord } from "../../../lib/records.ts";
import type { StoredArrival } from "../../../store/index.ts";
import type { BaileysLibrary } from "../socket/index.ts";
import type { Arrived } from "./event.ts";
import type { OwnIds } from "./people.ts";

/** A stored arrival, read. */
export interface ReadArrival extends Arrived {
  /** What the library still needs when the same comes again: keys of groups and of the account. */
  readonly isForLibrary: boolean;
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
  return {
    key,
    at: Number(stanza.attrs["t"] ?? 0),
    ...(typeof pushName === "string" && { pushName }),
    content: normalizeMessageContent(message),
    isForLibrary: Boolean(message.senderKeyDistributionMessage ?? message.protocolMessage),
  };
}

function attrsOf(envelope: string): Record<string, string> {
  const value: unknown = JSON.parse(envelope);
  if (!isRecord(value)) throw new Error("the envelope of a message cannot be read");
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, text]) => (typeof text === "string" ? [[name, text]] : [])),
  );
}

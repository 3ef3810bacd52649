import type { proto } from "@whiskeysockets/baileys";

/** What a message says in words: its text or caption, and places, contacts and polls as words. */
export function wordsOf(content: proto.IMessage): string {
  return [textOf(content), ...factsOf(content)].filter((part) => part !== "").join("\n");
}

function textOf(content: proto.IMessage): string {
  return (
    content.conversation ??
    content.extendedTextMessage?.text ??
    content.imageMessage?.caption ??
    content.videoMessage?.caption ??
    content.documentMessage?.caption ??
    content.buttonsResponseMessage?.selectedDisplayText ??
    content.templateButtonReplyMessage?.selectedDisplayText ??
    content.listResponseMessage?.title ??
    ""
  );
}

function factsOf(content: proto.IMessage): readonly string[] {
  const { locationMessage, liveLocationMessage, contactMessage, contactsArrayMessage, stickerMessage } =
    content;
  const poll = content.pollCreationMessage ?? content.pollCreationMessageV2 ?? content.pollCreationMessageV3;
  return [
    locationMessage ? placeWords(locationMessage, "📍 ") : "",
    locationMessage ? [locationMessage.name, locationMessage.address].filter(Boolean).join(", ") : "",
    liveLocationMessage ? placeWords(liveLocationMessage, "🛰 Live location: ") : "",
    ...[contactMessage, ...(contactsArrayMessage?.contacts ?? [])].map((contact) =>
      contact ? contactWords(contact) : "",
    ),
    poll
      ? [`📊 ${poll.name ?? "Poll"}`, ...(poll.options ?? []).map((one) => `- ${one.optionName ?? ""}`)].join(
          "\n",
        )
      : "",
    stickerMessage && !stickerMessage.directPath ? "<media:sticker>" : "",
    content.groupInviteMessage
      ? `[an invitation to the group ${content.groupInviteMessage.groupName ?? ""}]`
      : "",
  ];
}

interface Place {
  readonly degreesLatitude?: number | null;
  readonly degreesLongitude?: number | null;
  readonly accuracyInMeters?: number | null;
}

function placeWords({ degreesLatitude, degreesLongitude, accuracyInMeters }: Place, before: string): string {
  if (typeof degreesLatitude !== "number" || typeof degreesLongitude !== "number") return "";
  const around = accuracyInMeters ? ` ±${Math.round(accuracyInMeters)}m` : "";
  return `${before}${degreesLatitude.toFixed(6)}, ${degreesLongitude.toFixed(6)}${around}`;
}

/** Name and numbers of a card. */
function contactWords({ displayName, vcard }: proto.Message.IContactMessage): string {
  const numbers = [...(vcard ?? "").matchAll(/^(?:item\d+\.)?TEL[^:\n]*:\s*([+\d][\d\s().-]{3,30})/gim)];
  const parts = [displayName ?? "", ...numbers.map(([, number = ""]) => number.trim())];
  const said = parts.filter((part) => part !== "");
  return said.length === 0 ? "" : `👤 ${said.join(", ")}`;
}

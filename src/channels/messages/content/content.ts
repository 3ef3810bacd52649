import { isRecord, recordOf } from "../../../lib/records.ts";
import type { Jail } from "../../../lib/path-jail/index.ts";
import { invalidRequest } from "../../../protocol/index.ts";
import type { Channel, ChannelAccount } from "../../channel.ts";
import type { Button, OutboundMessage, OutboundPoll, Target } from "../../outbound-message.ts";
import { checkedMedia, type NamedMedia } from "./media.ts";
import type { Params } from "./params.ts";
import { present } from "./presentation.ts";

/** Where a message goes, as far as its content depends on it. */
export interface ContentPlace {
  readonly channel: Channel;
  readonly account: ChannelAccount;
  readonly target: Target;
}

/** What the params of `send` say. @throws ProtocolError */
export async function messageOf(
  params: Params,
  place: ContentPlace,
  jails: readonly Jail[],
): Promise<OutboundMessage> {
  const presented = present(params.object("presentation"), place.channel.capabilities.buttons);
  const said = params.verbatim("message", "content", "text", "caption") ?? "";
  const text = [said, presented.text].filter((part) => part !== "").join("\n\n");
  const media = await checkedMedia(mediaIn(params), place.account, jails);
  if (text === "" && media.length === 0 && presented.buttons.length === 0) {
    throw invalidRequest(`invalid ${params.action} params: text or media is required`);
  }
  if (presented.buttons.length > 0) assertButtons(place, presented.buttons);
  const replyToId = params.text("replyToId", "replyTo", "replyToMessageId");
  const quote = params.verbatim("quoteText");
  return {
    text,
    ...(media.length > 0 && { media }),
    ...(presented.buttons.length > 0 && { buttons: presented.buttons }),
    ...(replyToId !== undefined && { replyToId }),
    ...(quote !== undefined && { quote }),
    ...(params.flag("silent") && { silent: true }),
    ...(params.flag("asVoice") && { asVoice: true }),
    ...(params.flag("forceDocument", "asDocument") && { forceDocument: true }),
    ...(params.flag("gifPlayback") && { gifPlayback: true }),
    ...(isPinned(params) && { pin: true }),
  };
}

/** What the params of `poll` say. @throws ProtocolError */
export function pollOf(params: Params): OutboundPoll {
  const question = params.required("question", "pollQuestion");
  const options = params.list("options", "pollOption", "answers");
  if (options.length < 2 || options.length > 12) throw invalidRequest("a poll needs 2 to 12 options");
  const hours = params.whole("durationHours", "pollDurationHours");
  const durationSeconds =
    params.whole("durationSeconds", "pollDurationSeconds") ??
    (hours === undefined ? undefined : hours * 3_600);
  const maxSelections =
    params.whole("maxSelections") ??
    (params.flag("pollMulti", "allowMultiselect") ? options.length : undefined);
  const replyToId = params.text("replyToId", "replyTo", "replyToMessageId");
  const isAnonymous =
    params.choice("isAnonymous") ??
    (params.flag("pollPublic") ? false : params.flag("pollAnonymous") ? true : undefined);
  return {
    question,
    options,
    ...(maxSelections !== undefined && { maxSelections }),
    ...(durationSeconds !== undefined && { durationSeconds }),
    ...(isAnonymous !== undefined && { isAnonymous }),
    ...(replyToId !== undefined && { replyToId }),
    ...(params.flag("silent") && { silent: true }),
  };
}

/** Every file the params name, each once, in order. */
function mediaIn(params: Params): readonly NamedMedia[] {
  const named: NamedMedia[] = [];
  const add = (one: NamedMedia) => {
    if (!named.some(({ source }) => source === one.source)) named.push(one);
  };
  for (const key of ["mediaUrl", "media", "path", "filePath", "fileUrl", "mediaUrls"]) {
    for (const source of params.list(key)) add({ source });
  }
  const attachments = params.object("attachments");
  for (const one of Array.isArray(attachments) ? attachments : []) {
    const found = attachmentOf(one);
    if (found) add(found);
  }
  const buffer = params.text("buffer");
  if (buffer !== undefined) add(fileOf(buffer, params.text("filename"), params.text("contentType")));
  return named;
}

function attachmentOf(value: unknown): NamedMedia | undefined {
  if (!isRecord(value)) return undefined;
  const keys = ["media", "mediaUrl", "path", "filePath", "fileUrl", "url"];
  const source = keys.map((key) => value[key]).find((one) => typeof one === "string" && one !== "");
  const name = typeof value.fileName === "string" ? value.fileName : undefined;
  const mimeType = typeof value.mimeType === "string" ? value.mimeType : undefined;
  if (typeof source === "string")
    return { source, ...(name !== undefined && { name }), ...(mimeType !== undefined && { mimeType }) };
  return typeof value.content === "string" ? fileOf(value.content, name, mimeType) : undefined;
}

/** Base64 that came along, as a data URL. */
function fileOf(buffer: string, name: string | undefined, mimeType = "application/octet-stream"): NamedMedia {
  const data = buffer.startsWith("data:") ? buffer : `data:${mimeType};base64,${buffer}`;
  return { source: data, mimeType, ...(name !== undefined && { name }) };
}

function isPinned(params: Params): boolean {
  if (params.flag("pin")) return true;
  const { pin } = recordOf(params.object("delivery"));
  return pin === true || (isRecord(pin) && pin.enabled === true);
}

/** @throws ProtocolError when buttons may not be shown there (`capabilities.inlineButtons`) */
function assertButtons(
  { channel, account, target }: ContentPlace,
  buttons: readonly (readonly Button[])[],
): void {
  const { inlineButtons } = recordOf(account.settings.capabilities);
  const pressed = buttons.flat().some(({ data }) => data !== undefined);
  if (!pressed || inlineButtons === undefined) return;
  const isDirect = target.chatKind === "direct";
  const isClosed =
    inlineButtons === "off" ||
    (inlineButtons === "dm" && !isDirect) ||
    (inlineButtons === "group" && isDirect);
  if (!isClosed) return;
  throw invalidRequest(
    `${channel.meta.label}: buttons are not shown in this chat; see channels.${channel.meta.id}.capabilities.inlineButtons`,
  );
}

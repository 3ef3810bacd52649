export { renderMessage, renderPoll } from "./message.ts";
export {
  type MediaForm,
  type MediaPart,
  partOf,
  type PollPart,
  type TextPart,
  type WhatsappPart,
} from "./part.ts";
export { formatTarget, jidOf, senderId, target } from "./target.ts";

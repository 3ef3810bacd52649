export { keyboardOf, mayPress, whyNoButtons } from "./keyboard.ts";
export { formOf } from "./media-form.ts";
export { modelKeyboard, providerKeyboard, readModelPress } from "./model-menu.ts";
export { modelMenus } from "./model-menus.ts";
export { messageIdOf, renderMessage } from "./message.ts";
export {
  type AlbumPart,
  draftOf,
  type DraftRef,
  type MediaForm,
  type MediaPart,
  type PartButton,
  type PartFrame,
  type PartMedia,
  partOf,
  plain,
  type PollPart,
  type TelegramPart,
  type TextPart,
  type Words,
} from "./part.ts";
export { renderPoll } from "./poll.ts";
export { outgoingRules, telegramSettings, type TelegramSettings } from "./settings.ts";
export { formatTarget, senderId, target } from "./target.ts";

import { type Button, refuse, type Target } from "../../outbound-message.ts";
import { BUTTON_DATA_MAX_BYTES, BUTTONS_MAX } from "./limits.ts";
import type { PartButton } from "./part.ts";
import type { ButtonScope } from "./settings.ts";

/** Buttons as a part has them; undefined when there are none. @throws SendError `refused` */
export function keyboardOf(rows: readonly (readonly Button[])[] | undefined): PartButton[][] | undefined {
  const kept = (rows ?? []).filter((row) => row.length > 0).map((row) => row.map(checked));
  if (kept.length === 0) return undefined;
  const count = kept.flat().length;
  if (count > BUTTONS_MAX)
    refuse(`Telegram shows at most ${BUTTONS_MAX} buttons below a message, not ${count}.`);
  return kept;
}

function checked({ text, data, url }: Button): PartButton {
  if (text.trim() === "") refuse("A button without a label cannot be shown on Telegram.");
  if ((data === undefined) === (url === undefined)) {
    refuse(`The button “${text}” needs either data or an address.`);
  }
  if (data !== undefined) {
    const bytes = Buffer.byteLength(data);
    if (bytes === 0) refuse(`The button “${text}” says nothing when it is pressed.`);
    if (bytes > BUTTON_DATA_MAX_BYTES) {
      refuse(`The button “${text}” says ${bytes} bytes; Telegram takes at most ${BUTTON_DATA_MAX_BYTES}.`);
    }
    return { text, data };
  }
  if (url === undefined || !/^(?:https?|tg):\/\//i.test(url) || !URL.canParse(url)) {
    refuse(
      `The button “${text}” leads to an address Telegram does not take: use https://, http:// or tg://.`,
    );
  }
  return { text, url };
}

/** Why buttons may not be shown in a chat under `capabilities.inlineButtons`; undefined when they may. Pure. */
export function whyNoButtons(scope: ButtonScope, target: Target): string | undefined {
  const key = "channels.telegram.capabilities.inlineButtons";
  const kind = chatKindOf(target);
  switch (scope) {
    case "all":
    case "allowlist":
      return undefined;
    case "off":
      return `Buttons are switched off: set ${key} to dm, group, all or allowlist.`;
    case "dm":
      return kind === "direct" ? undefined : `Buttons are shown in direct chats only (${key} is dm).`;
    case "group":
      return kind === "group" ? undefined : `Buttons are shown in groups only (${key} is group).`;
  }
}

/** Whether a press counts under `capabilities.inlineButtons`: what may not be shown is not heard either. */
export function mayPress(scope: ButtonScope, chatKind: "direct" | "group" | "channel"): boolean {
  return whyNoButtons(scope, { chatId: "", chatKind }) === undefined;
}

function chatKindOf({ chatId, chatKind }: Target): Target["chatKind"] {
  if (chatKind !== undefined) return chatKind;
  if (!/^-?\d+$/.test(chatId)) return undefined;
  return chatId.startsWith("-") ? "group" : "direct";
}

import type { ModelMenus } from "../../model-menu.ts";
import type { Button } from "../../outbound-message.ts";
import { messageIdOf } from "./message.ts";
import { isModelPress, modelKeyboard, PROVIDERS, providerKeyboard, readModelPress } from "./model-menu.ts";
import type { DraftRef } from "./part.ts";

const BROWSE: readonly (readonly Button[])[] = [[{ text: "Browse providers", data: PROVIDERS }]];

/** Menus of models as inline keyboards. */
export const modelMenus: ModelMenus = {
  buttons(menu) {
    switch (menu.kind) {
      case "invitation":
        return BROWSE;
      case "providers":
        return providerKeyboard(menu.models);
      case "models":
        return modelKeyboard(menu.models, menu.provider, menu.page, menu.current);
    }
  },
  owns: isModelPress,
  read: readModelPress,
  message({ chatId }, messageId): DraftRef | undefined {
    const number = messageIdOf(messageId);
    return number === undefined ? undefined : { chatId, messageId: number };
  },
};

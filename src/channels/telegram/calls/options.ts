import type { InlineKeyboardMarkup } from "grammy/types";
import type { PartButton, PartFrame, Words } from "../render/index.ts";

/** A text as calls have it; `parse_mode` only where there is markup to parse. */
export function textFields(words: Words): { readonly text: string; readonly parse_mode?: "HTML" } {
  return words.html === undefined ? { text: words.plain } : { text: words.html, parse_mode: "HTML" };
}

/** The same for what stands below a file. */
export function captionFields(words: Words | undefined): {
  readonly caption?: string;
  readonly parse_mode?: "HTML";
} {
  if (words === undefined) return {};
  return words.html === undefined ? { caption: words.plain } : { caption: words.html, parse_mode: "HTML" };
}

/** What any message may have beside its content. */
export function frameFields({ replyTo, quote, silent, keyboard }: PartFrame) {
  return {
    ...(replyTo !== undefined && {
      reply_parameters: {
        message_id: replyTo,
        // Whoever took their question back gets the answer all the same.
        allow_sending_without_reply: true,
        ...(quote !== undefined && { quote }),
      },
    }),
    ...(silent === true && { disable_notification: true }),
    ...(keyboard !== undefined && { reply_markup: markupOf(keyboard) }),
  };
}

/** Buttons as Telegram has them. */
export function markupOf(rows: readonly (readonly PartButton[])[]): InlineKeyboardMarkup {
  return {
    inline_keyboard: rows.map((row) =>
      row.map(({ text, data, url }) =>
        url === undefined ? { text, callback_data: data ?? "" } : { text, url },
      ),
    ),
  };
}

/** The link preview switch of a text. */
export function previewFields(preview: boolean | undefined): {
  readonly link_preview_options?: { readonly is_disabled: true };
} {
  return preview === false ? { link_preview_options: { is_disabled: true } } : {};
}

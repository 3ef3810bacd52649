import type { Channel, ChannelAccount } from "../../channel.ts";
import type { Chat } from "../../inbound-event.ts";
import type { ModelMenu } from "../../model-menu.ts";
import type { OutboundMessage } from "../../outbound-message.ts";

/** What answers a command: its words, or a menu in their place where the chat shows one. */
export function answerOf(
  { text, menu }: { readonly text: string; readonly menu?: ModelMenu },
  {
    channel,
    account,
    chat,
  }: { readonly channel: Channel; readonly account: ChannelAccount; readonly chat: Chat },
): OutboundMessage {
  const { modelMenus } = channel;
  if (!menu || !modelMenus || channel.mayPress?.(account, chat.kind) === false) return { text };
  const words = menu.kind === "invitation" ? text : wordsOf(menu);
  return { text: words, buttons: modelMenus.buttons(menu) };
}

function wordsOf(menu: ModelMenu): string {
  return menu.kind === "models" ? `Models of ${menu.provider}:` : "Select a provider:";
}

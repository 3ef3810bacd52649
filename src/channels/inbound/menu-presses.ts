import type { ChannelTurn, CommandAnswer, Conversations } from "../conversations.ts";
import type { ModelMenu } from "../model-menu.ts";
import type { OutboundMessage } from "../outbound-message.ts";
import { answerOf } from "./words/menu-message.ts";
import type { Matter } from "./matter.ts";

type Turn = Omit<ChannelTurn, "media" | "observer">;

/** Presses in menus of models: they turn its pages, and choose with the rights of the command that made it. */
export class MenuPresses {
  readonly #conversations: Pick<Conversations, "command">;

  constructor(conversations: Pick<Conversations, "command">) {
    this.#conversations = conversations;
  }

  /** What the menu's message says from now on, nothing for those who may not; undefined for any other press. */
  async answer({ said, scene }: Matter, turn: Turn): Promise<readonly OutboundMessage[] | undefined> {
    const { message } = said;
    const menus = scene.channel.modelMenus;
    if (message.kind !== "press" || !menus?.owns(message.data)) return undefined;
    const { menu } = await this.#command({ ...turn, text: "/models" });
    if (!menu) return [];
    const replaces = menus.message(scene.target, message.messageId);
    const answer = await this.#pressed(menus.read(message.data, menu.models), menu, turn);
    return [{ ...answerOf(answer, scene), ...(replaces !== undefined && { replaces }) }];
  }

  async #pressed(
    press: ReturnType<NonNullable<Matter["scene"]["channel"]["modelMenus"]>["read"]>,
    { models, current }: ModelMenu,
    turn: Turn,
  ): Promise<Extract<CommandAnswer, { kind: "text" }>> {
    const shown = (menu: ModelMenu) => ({ kind: "text" as const, text: "", menu });
    switch (press?.kind) {
      // What was pressed is gone: the menu begins anew.
      case undefined:
      case "providers":
        return shown({ kind: "providers", models, current });
      case "models":
        return shown({ ...press, models, current });
      case "model":
        return this.#command({ ...turn, text: `/model ${press.provider}/${press.id}` });
    }
  }

  async #command(turn: Turn): Promise<Extract<CommandAnswer, { kind: "text" }>> {
    const answer = await this.#conversations.command(turn, true);
    return answer?.kind === "text" ? answer : { kind: "text", text: "" };
  }
}

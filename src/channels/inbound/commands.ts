import type { OpenClawConfig } from "../../config/index.ts";
import type { Conversations } from "../conversations.ts";
import type { OutboundMessage } from "../outbound-message.ts";
import type { Beginning } from "./beginning.ts";
import { isCommandText } from "./lanes/bundle.ts";
import { channelTurn, type Manner } from "./channel-turn.ts";
import type { Entry } from "./lanes/entry.ts";
import type { Lane } from "./lanes/lane.ts";
import type { Choices, Matter } from "./matter.ts";
import { MenuPresses } from "./menu-presses.ts";
import { answerOf } from "./words/menu-message.ts";
import { firstRun } from "./lanes/run-names.ts";
import type { Settling } from "./answers/settling.ts";

export interface CommandsDeps {
  readonly conversations: Pick<Conversations, "command">;
  readonly beginning: Beginning;
  readonly settling: Settling;
  readonly config: () => OpenClawConfig;
}

/** Carries out what is a command and not for the model. */
export class Commands {
  readonly #deps: CommandsDeps;
  readonly #presses: MenuPresses;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
    this.#presses = new MenuPresses(deps.conversations);
  }

  /**
   * `over` when the message was a command and is settled; else what one in front of it chooses for the turn. It is
   * carried out once, however often the rest of the message is said. @throws StoreError, Stopped
   */
  async carryOut(lane: Lane, matter: Matter, manner: Manner): Promise<"over" | Choices | undefined> {
    const { conversations, config } = this.#deps;
    const { said, entries, scene } = matter;
    const [first] = entries;
    if (!first || said.text === "") return undefined;
    const { media: _media, ...turn } = channelTurn(config(), matter, manner, said.text);
    if (said.message.kind === "press") {
      const messages = await this.#presses.answer(matter, turn);
      return messages && this.#over(lane, matter, first, messages);
    }
    if (!first.asked) {
      // What an earlier process carried out before a try that failed is not done twice.
      const isRetry = turn.retryOf !== undefined;
      const isNative = said.message.isCommand === true;
      first.asked = { answer: isRetry ? undefined : await conversations.command(turn, isNative) };
    }
    const { answer } = first.asked;
    if (answer?.kind !== "text") return answer;
    await this.#over(lane, matter, first, answer.text === "" ? [] : [answerOf(answer, scene)]);
    if (isStop(first) && manner.admitted.isAuthorized) lane.stops.set(said.sender.id, first.row.id);
    return "over";
  }

  async #over(
    lane: Lane,
    { scene, entries }: Matter,
    { row }: Entry,
    messages: readonly OutboundMessage[],
  ): Promise<"over"> {
    const saying = { scene, messages, origin: "command", key: firstRun(row) };
    await this.#deps.settling.settle(entries, "command", saying);
    lane.remove(entries);
    return "over";
  }
}

/** Goes before everything in its lane. */
export function isStop({ event }: Entry): boolean {
  return event.kind === "message" && event.isEdit !== true && /^\s*\/stop(?:@\w+)?[\s:]*$/i.test(event.text);
}

/** Looks like a command: goes before messages that wait for a provider. */
export function mayOvertake({ event, row, asked }: Entry): boolean {
  if (event.kind !== "message" || event.isEdit === true) return false;
  return isCommandText(event) && row.runId === undefined && asked === undefined;
}

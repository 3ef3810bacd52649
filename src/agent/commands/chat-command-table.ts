import type { SessionKey } from "../../protocol/index.ts";
import type { ChatCommand, ChatCommands, CommandContext, CommandReply } from "./chat-command.ts";
import { type CommandDeps, type CommandRow, type OneTurn, said } from "./command-row.ts";
import {
  argumentsAt,
  leadingCommand,
  lineFrom,
  type Mention,
  mentionsIn,
  type Span,
  triggerOf,
  withoutSpans,
} from "./parse.ts";
import { refusalOf, refusalText, understandsText } from "./permissions.ts";
import { ROWS } from "./rows/index.ts";
import { statusText } from "./words/status-text.ts";

/** What begins a session anew when the configuration says nothing. */
const RESET_TRIGGERS: readonly string[] = ["/new", "/reset"];

/** A directive or shortcut found in a message, with its arguments. */
interface Found {
  readonly row: CommandRow;
  readonly args: string;
  readonly span: Span;
}

/** The chat commands, bound to the parts they act on. */
export class ChatCommandTable implements ChatCommands {
  readonly all: readonly ChatCommand[];
  readonly #deps: CommandDeps;
  readonly #rows = new Map<string, CommandRow>();

  constructor(deps: CommandDeps) {
    this.#deps = deps;
    for (const row of ROWS) for (const name of [row.name, ...row.aliases]) this.#rows.set(name, row);
    this.all = ROWS.map((row) => ({
      ...row,
      inline: row.shortcut === true || row.directive !== undefined,
      run: (context, args) => row.run(deps, context, args),
    }));
  }

  async handle(message: string, context: CommandContext): Promise<CommandReply | undefined> {
    const { commands, session } = this.#deps.config();
    if (context.native !== true && !understandsText(commands, context.sender.channel)) return undefined;
    const leading = this.#leading(message, session?.resetTriggers ?? RESET_TRIGGERS);
    if (leading && isWhole(leading)) return this.#run(leading.row, leading.args, context);
    const found = this.#inline(message, context);
    return found.length === 0 ? undefined : this.#apply(message, found, context);
  }

  /** What `/status` would answer in a session. @throws UnknownModelError, StoreError */
  async status(agentId: string, sessionKey: SessionKey): Promise<string> {
    const session = await this.#deps.sessions.get(sessionKey);
    const channel = session?.entry.lastRoute?.channel ?? "webchat";
    const sender = { id: "", isOwner: false, isAuthorized: true, isAdmin: false, channel };
    return statusText(this.#deps, { agentId, sessionKey, session, sender, isGroup: false });
  }

  /** The command a message begins with; reset triggers of the configuration are other names of `/new`. */
  #leading(message: string, triggers: readonly string[]): { row: CommandRow; args: string } | undefined {
    const leading = leadingCommand(message);
    const row = leading && this.#rows.get(leading.name);
    if (row) return { row, args: leading.args };
    const trigger = triggerOf(message, triggers);
    const renew = trigger && this.#rows.get("new");
    return renew && { row: renew, args: trigger.rest };
  }

  async #run(row: CommandRow, args: string, context: CommandContext): Promise<CommandReply> {
    const refusal = refusalOf(this.#deps.config().commands, context.sender, row);
    if (refusal) return said(refusalText(refusal, row.name, context.sender));
    return row.run(this.#deps, context, args);
  }

  /** Directives and shortcuts of a message that the sender may use; for others they are text like any other. */
  #inline(message: string, context: CommandContext): Found[] {
    const { commands } = this.#deps.config();
    const found: Found[] = [];
    let from = 0;
    for (const mention of mentionsIn(message, (name) => this.#rows.has(name))) {
      const row = this.#rows.get(mention.name);
      if (!row || mention.start < from || refusalOf(commands, context.sender, row)) continue;
      const one = foundAt(message, mention, row);
      if (!one) continue;
      found.push(one);
      from = one.span.end;
    }
    return found;
  }

  /** Nothing else in the message: the choices stay. With text beside them they hold for its turn. */
  async #apply(
    message: string,
    found: readonly Found[],
    context: CommandContext,
  ): Promise<CommandReply | undefined> {
    const rest = withoutSpans(
      message,
      found.map(({ span }) => span),
    );
    const alone = rest.trim() === "";
    const notices: string[] = [];
    const kept: Span[] = [];
    let turn: OneTurn = {};
    for (const { row, args, span } of found) {
      if (alone || !row.directive) {
        const reply = await row.run(this.#deps, context, args);
        if (reply.kind === "text") notices.push(reply.text);
        kept.push(span);
        continue;
      }
      const once = await row.directive.once(this.#deps, context, args);
      if (!once) {
        const leads = message.slice(0, span.start).trim() === "";
        if (leads && row.directive.strict === true) return row.run(this.#deps, context, args);
        continue;
      }
      const { notice, ...choice } = once;
      if (notice !== undefined) notices.push(notice);
      turn = { ...turn, ...choice };
      kept.push(span);
    }
    if (kept.length === 0) return undefined;
    const text = kept.length === found.length ? rest : withoutSpans(message, kept);
    const notice = notices.join("\n\n");
    if (text.trim() === "") return said(notice);
    return { kind: "continue", message: text, ...turn, ...(notice !== "" && { notice }) };
  }
}

/** The whole message is this command: nothing of it is text for the model, or what is left is the command's to pass on. */
function isWhole({ row, args }: { row: CommandRow; args: string }): boolean {
  if (row.directive) {
    if (args === "") return true;
    const length = row.directive.take(args);
    // One word that means nothing is a mistake to be told of; a sentence is a sentence.
    return length === undefined ? !/\s/.test(args) : length === args.length;
  }
  return row.shortcut === true ? args === "" : true;
}

function foundAt(message: string, mention: Mention, row: CommandRow): Found | undefined {
  if (row.shortcut === true) {
    const colon = message[mention.nameEnd] === ":" ? 1 : 0;
    return { row, args: "", span: { start: mention.start, end: mention.nameEnd + colon } };
  }
  if (!row.directive) return undefined;
  const begin = argumentsAt(message, mention);
  const length = row.directive.take(lineFrom(message, begin));
  if (length === undefined) return undefined;
  const end = begin + length;
  return { row, args: message.slice(begin, end), span: { start: mention.start, end } };
}

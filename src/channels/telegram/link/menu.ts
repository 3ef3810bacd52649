import { createHash } from "node:crypto";
import { isRecord } from "../../../lib/records.ts";
import type { ChannelContext } from "../../channel.ts";
import { CallError, type TelegramClient } from "../client/index.ts";
import { telegramSettings } from "../render/index.ts";
import { MENU_MAX_DESCRIPTION_CHARS, MENU_MAX_ENTRIES, MENU_RETRY_MS } from "./limits.ts";

/** An entry of the menu as Telegram has it. */
export interface MenuEntry {
  readonly command: string;
  readonly description: string;
}

export interface MenuSource {
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly custom: readonly { readonly command: string; readonly description: string }[];
  /** The program's own commands are shown. */
  readonly isNative: boolean;
}

const KEY = "menu";
const NAME = /^[a-z0-9_]{1,32}$/;

/** Groups have a menu of their own. */
const SCOPES = [{}, { scope: { type: "all_group_chats" } }] as const;

/** The menu: the program's commands, then those of the configuration, which take no other's name; where it overflows, the latter stay. */
export function menuOf({ commands, custom, isNative }: MenuSource): readonly MenuEntry[] {
  const native = isNative ? commands.map(({ name, summary }) => entryOf(name, summary)) : [];
  const own = custom.map(({ command, description }) => entryOf(command, description));
  const entries = new Map<string, MenuEntry>();
  for (const entry of [...native, ...own]) {
    if (NAME.test(entry.command) && !entries.has(entry.command)) entries.set(entry.command, entry);
  }
  const names = new Set(own.map(({ command }) => command));
  const all = [...entries.values()];
  const room = MENU_MAX_ENTRIES - all.filter(({ command }) => names.has(command)).length;
  let taken = 0;
  return all.filter(({ command }) => names.has(command) || taken++ < room).slice(0, MENU_MAX_ENTRIES);
}

/** Keeps the bot's command menu as it should be, with no call when it is. */
export class CommandMenu {
  readonly #client: TelegramClient;
  readonly #context: Pick<ChannelContext, "commands" | "current" | "memory" | "clock" | "log">;
  readonly #botId: string;
  #shown: string | undefined;
  #notBefore = 0;

  constructor(
    client: TelegramClient,
    context: Pick<ChannelContext, "commands" | "current" | "memory" | "clock" | "log">,
    botId: string,
  ) {
    this.#client = client;
    this.#context = context;
    this.#botId = botId;
  }

  /** Tells Telegram when the menu has changed. Never rejects: a bot without a menu works. */
  async sync(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#context;
    if (clock.monotonic() < this.#notBefore) return;
    try {
      const entries = this.#entries();
      const hash = createHash("sha256")
        .update(JSON.stringify([this.#botId, entries]))
        .digest("hex");
      this.#shown ??= await this.#remembered();
      if (hash === this.#shown) return;
      await this.#show(entries, signal);
      this.#shown = hash;
      await this.#context.memory.put(KEY, { hash });
    } catch (error) {
      this.#notBefore = clock.monotonic() + MENU_RETRY_MS;
      if (!signal.aborted) log.warn("the command menu was not set", { error: String(error) });
    }
  }

  #entries(): readonly MenuEntry[] {
    const { commands, customCommands = [] } = telegramSettings(this.#context.current());
    const isNative = commands?.native !== false;
    return menuOf({ commands: this.#context.commands(), custom: customCommands, isNative });
  }

  async #remembered(): Promise<string | undefined> {
    const kept = await this.#context.memory.get(KEY);
    return isRecord(kept) && typeof kept["hash"] === "string" ? kept["hash"] : undefined;
  }

  async #show(entries: readonly MenuEntry[], signal: AbortSignal): Promise<void> {
    for (const scope of SCOPES) await this.#client.call("deleteMyCommands", scope, signal);
    if (entries.length === 0) return;
    let commands = entries;
    for (const scope of SCOPES) commands = await this.#set(commands, scope, signal);
  }

  /** Telegram also limits the size of the whole; then the end of it is left out. Answers what it took. */
  async #set(
    entries: readonly MenuEntry[],
    scope: (typeof SCOPES)[number],
    signal: AbortSignal,
  ): Promise<readonly MenuEntry[]> {
    try {
      await this.#client.call("setMyCommands", { commands: [...entries], ...scope }, signal);
      return entries;
    } catch (error) {
      const isTooMuch = error instanceof CallError && error.says("BOT_COMMANDS_TOO_MUCH");
      if (!isTooMuch || entries.length < 2) throw error;
      return await this.#set(entries.slice(0, Math.floor(entries.length * 0.8)), scope, signal);
    }
  }
}

function entryOf(name: string, description: string): MenuEntry {
  return {
    command: name.trim().replace(/^\//, "").toLowerCase().replaceAll("-", "_"),
    description: [...(description.trim() || name)].slice(0, MENU_MAX_DESCRIPTION_CHARS).join(""),
  };
}

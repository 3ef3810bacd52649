import type { OpenClawConfig } from "../../../src/config/index.ts";
import { validateConfig } from "../../../src/config/index.ts";
import {
  AccessGate,
  type Admission,
  CommandOwner,
  type GatedEvent,
  Pairing,
} from "../../../src/channels/access/index.ts";
import type { Channel, ChannelAccount } from "../../../src/channels/channel.ts";
import { telegramChannel } from "../../../src/channels/telegram/index.ts";
import type { Chat, InboundMessage, Person } from "../../../src/channels/inbound-event.ts";
import { sequentialIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import type { ChannelPairingRepository } from "../../../src/store/index.ts";
import { ManualClock } from "../../support/manual-clock.ts";

/** Telegram as it describes itself; nothing here connects. */
export const TELEGRAM: Pick<Channel, "meta" | "senderId" | "mayPress"> = telegramChannel({
  openMedia: () => Promise.reject(new Error("nothing is sent here")),
  random: () => 0,
});

/** A repository in which nobody is known; what is asked of it is kept. */
export function nobodyPaired(allowed: readonly string[] = []) {
  const asked: string[] = [];
  const pairing: Pick<Pairing, "ask" | "isAllowed"> = {
    ask: async ({ person }) => {
      asked.push(person.id);
      return { key: person.id, code: "CODE", text: "text" };
    },
    isAllowed: async (_channel, _account, person) => person.isChat !== true && allowed.includes(person.id),
  };
  return { pairing, asked };
}

export function configOf(value: Record<string, unknown>): OpenClawConfig {
  return validateConfig(value).config;
}

/** The account an own `telegram` section makes, without further accounts. */
export function accountOf(config: OpenClawConfig, id = "default"): ChannelAccount {
  const { accounts, defaultAccount, ...settings } =
    config.channels?.telegram ??
    configOf({
      channels: { telegram: {} },
    }).channels?.telegram ??
    {};
  void accounts;
  void defaultAccount;
  if (!("dmPolicy" in settings)) throw new Error("no settings");
  return {
    channel: "telegram",
    id,
    enabled: true,
    configured: true,
    tokenSource: "config",
    settings,
    fingerprint: "",
  };
}

export interface GateOptions {
  readonly paired?: readonly string[];
  readonly identity?: { name?: string; emoji?: string; mentionPatterns?: readonly string[] };
  readonly clock?: ManualClock;
}

/** A gate over a configuration, and a short way to ask it. */
export function gateOf(value: Record<string, unknown>, options: GateOptions = {}) {
  const config = configOf(value);
  const { pairing, asked } = nobodyPaired(options.paired);
  const account = accountOf(config);
  const gate = new AccessGate({
    config: () => config,
    channel: (id) => (id === "telegram" ? TELEGRAM : undefined),
    identity: () => options.identity ?? {},
    pairing,
    clock: options.clock ?? new ManualClock(),
    log: silentLogger,
  });
  const admit = (event: GatedEvent, activation?: "mention" | "always"): Promise<Admission> =>
    gate.admit(account, event, { agentId: "main", ...(activation !== undefined && { activation }) });
  return { gate, account, admit, asked, config };
}

export function pairingOf(
  repository: ChannelPairingRepository,
  claim: CommandOwner["claim"] = async () => "configured",
): Pairing {
  return new Pairing({ repository, owner: { claim }, ids: sequentialIds(), log: silentLogger });
}

export const DIRECT: Chat = { id: "777", kind: "direct" };
export const GROUP: Chat = { id: "-100123", kind: "group", title: "Group" };
export const CHANNEL: Chat = { id: "-100555", kind: "channel" };

export function person(id: string, more: Partial<Person> = {}): Person {
  return { id, isBot: false, ...more };
}

export function message(chat: Chat, sender: Person, more: Partial<InboundMessage> = {}): InboundMessage {
  return {
    kind: "message",
    chat,
    sender,
    at: 1,
    messageId: "1",
    text: "hello",
    isMention: false,
    media: [],
    ...more,
  };
}

export const SURFACES = ["message", "mention", "edit", "reply", "command", "press", "reaction"] as const;
export type Surface = (typeof SURFACES)[number];

/** The same person doing one thing or another in a chat. */
export function onSurface(surface: Surface, chat: Chat, sender: Person): GatedEvent {
  switch (surface) {
    case "message":
      return message(chat, sender);
    case "mention":
      return message(chat, sender, { isMention: true });
    case "edit":
      return message(chat, sender, { isEdit: true, isMention: true });
    case "reply":
      return message(chat, sender, { replyTo: { messageId: "0", isOwn: true } });
    case "command":
      return message(chat, sender, { text: "/status", isCommand: true });
    case "press":
      return { kind: "press", chat, sender, at: 1, messageId: "1", data: "x", pressId: "p" };
    case "reaction":
      return {
        kind: "reaction",
        chat,
        sender,
        at: 1,
        messageId: "1",
        added: ["👍"],
        removed: [],
        isToOwn: true,
      };
  }
}

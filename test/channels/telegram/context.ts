import { validateConfig } from "../../../src/config/index.ts";
import type { ChannelAccount, ChannelContext, InboundBatch } from "../../../src/channels/channel.ts";
import { telegramAccounts } from "../../../src/channels/telegram/account/accounts.ts";
import { type Clock, systemClock } from "../../../src/lib/clock.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { type LogFields, type Logger, silentLogger } from "../../../src/lib/logger.ts";
import { secretRegistry } from "../../../src/lib/redact.ts";
import { TOKEN } from "./bot-api.ts";

/** What a connection is given, with everything it does to the outside written down. */
export interface RecordedContext extends ChannelContext {
  /** What is durable: events by key, in order, and how far was read. */
  readonly events: Map<string, InboundBatch["events"][number]>;
  readonly cursors: Map<string, string>;
  readonly kept: Map<string, unknown>;
  readonly lines: string[];
  /** Batches as they were given, repeats included. */
  readonly batches: InboundBatch[];
  /** What the next deliveries fail with, first come first served. */
  readonly faults: Error[];
  /** Replaces the settings, as a change of the configuration would. */
  configure(telegram: object): void;
}

/** The account a section describes. */
export function accountOf(telegram: object, id?: string): ChannelAccount {
  const { config, issues } = validateConfig({ channels: { telegram } });
  if (issues.length > 0) throw new Error(JSON.stringify(issues));
  const accounts = telegramAccounts(config, {});
  const account = id === undefined ? accounts[0] : accounts.find((one) => one.id === id);
  if (account === undefined) throw new Error("there is no such account");
  return account;
}

export interface ContextOptions {
  readonly clock?: Clock;
  readonly accountId?: string;
  readonly commands?: readonly { readonly name: string; readonly summary: string }[];
  /** State of an earlier process. */
  readonly from?: RecordedContext;
}

export function recordedContext(telegram: object, options: ContextOptions = {}): RecordedContext {
  const { clock = systemClock, accountId, commands = [], from } = options;
  const whole = { botToken: TOKEN, ...telegram };
  const account = accountOf(whole, accountId);
  let current = account;
  const events = from?.events ?? new Map<string, InboundBatch["events"][number]>();
  const cursors = from?.cursors ?? new Map<string, string>();
  const kept = from?.kept ?? new Map<string, unknown>();
  const lines: string[] = [];
  const batches: InboundBatch[] = [];
  const faults: Error[] = [];
  return {
    account,
    current: () => current,
    egress: new Egress({ clock: systemClock }),
    clock,
    ids: randomIds,
    log: recordingLogger(lines),
    secrets: secretRegistry(),
    receive(batch) {
      const fault = faults.shift();
      if (fault !== undefined) return Promise.reject(fault);
      batches.push(batch);
      for (const event of batch.events) if (!events.has(event.key)) events.set(event.key, event);
      if (batch.cursor !== undefined) cursors.set(batch.identity, batch.cursor);
      return Promise.resolve();
    },
    cursor: (identity) => Promise.resolve(cursors.get(identity)),
    ready: () => Promise.resolve(),
    memory: {
      get: (key) => Promise.resolve(kept.get(key)),
      put(key, value) {
        if (value === undefined) kept.delete(key);
        else kept.set(key, JSON.parse(JSON.stringify(value)));
        return Promise.resolve();
      },
    },
    commands: () => commands,
    changed: () => {},
    events,
    cursors,
    kept,
    lines,
    batches,
    faults,
    configure: (changed) => {
      current = accountOf({ ...whole, ...changed }, accountId);
    },
  };
}

function recordingLogger(lines: string[]): Logger {
  const write = (message: string, fields?: LogFields) =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
  return {
    ...silentLogger,
    child: () => recordingLogger(lines),
    debug: write,
    info: write,
    warn: write,
    error: write,
  };
}

/** The words of the messages that are durable. */
export function wordsIn(context: RecordedContext): string[] {
  return [...context.events.values()].flatMap(({ event }) => (event.kind === "message" ? [event.text] : []));
}

import type { Clock, Timer } from "../../../lib/clock.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { ChannelLogin, LoginOptions, LoginOutcome, LoginState } from "../../linking.ts";
import {
  FINISH_MS,
  FIRST_CODE_MS,
  LOGIN_TTL_MS,
  MAX_FAILED_CONNECTIONS,
  NEXT_CODE_MS,
  RECONNECT_PAUSE_MS,
} from "./limits.ts";
import type { PairingConnection, PairingWire, WireEnd } from "./pairing-wire.ts";
import { meaningOf } from "./wire-ends.ts";

export interface QrLoginDeps {
  readonly wire: PairingWire;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Devices that are on the phone's list and that nobody has the keys of harm nobody, but a person wonders. */
const REMOVE_FROM_PHONE =
  "If the phone shows OpenClaw under Linked devices all the same, remove it there, then scan a new code.";

/**
 * One try to link an account: connects, hands out codes as WhatsApp changes them, and keeps the link once WhatsApp has
 * confirmed it (by asking for a new connection, 515). That new connection is the account's own, so that what waits for
 * the account is received by what keeps it.
 */
export class QrLogin implements ChannelLogin {
  readonly expiresAt: number;
  readonly over: Promise<LoginOutcome>;
  private current: LoginState = { kind: "opening" };
  private readonly listeners = new Set<() => void>();
  private readonly settle: (outcome: LoginOutcome) => void;
  private connection: PairingConnection | undefined;
  /** Events of earlier connections are not heard. */
  private round = 0;
  private failures = 0;
  private isKeeping = false;
  private deadline: Timer;
  private retry: Timer | undefined;
  private closing: Promise<void> = Promise.resolve();

  constructor(
    private readonly deps: QrLoginDeps,
    private readonly options: LoginOptions,
  ) {
    const { clock } = deps;
    const { promise, resolve } = Promise.withResolvers<LoginOutcome>();
    this.over = promise;
    this.settle = resolve;
    this.expiresAt = clock.now() + LOGIN_TTL_MS;
    this.deadline = clock.after(LOGIN_TTL_MS, () => this.expire());
    void this.connect();
  }

  get state(): LoginState {
    return this.current;
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  async cancel(): Promise<void> {
    // What is about to be kept is kept: the phone has it already.
    if (this.isKeeping) await this.over;
    this.end({ kind: "cancelled", message: "The login was cancelled; nothing was changed." });
    await this.closing;
  }

  private get isOver(): boolean {
    return this.current.kind === "over";
  }

  private async connect(): Promise<void> {
    const round = ++this.round;
    let codes = 0;
    const current = () => round === this.round && !this.isOver;
    try {
      const connection = await this.deps.wire.open({
        code: (text) => {
          if (current()) this.show(text, codes++ === 0 ? FIRST_CODE_MS : NEXT_CODE_MS);
        },
        paired: () => {
          if (current()) this.finish();
        },
        ended: (end) => {
          if (current()) void this.ended(end);
        },
      });
      if (current()) this.connection = connection;
      else await connection.close();
    } catch (error) {
      if (current()) this.troubled(error instanceof Error ? error.message : String(error));
    }
  }

  private show(text: string, ms: number): void {
    this.failures = 0;
    const expiresAt = Math.min(this.deps.clock.now() + ms, this.expiresAt);
    this.step("a code is shown");
    this.change({ kind: "code", text, expiresAt });
  }

  /** A code was scanned: the link has its own time to be completed. */
  private finish(): void {
    this.deadline.cancel();
    this.deadline = this.deps.clock.after(FINISH_MS, () => this.expire());
    this.step("a code was scanned; WhatsApp completes the link");
    this.change({ kind: "finishing" });
  }

  private async ended(end: WireEnd): Promise<void> {
    const { connection } = this;
    this.round += 1;
    this.connection = undefined;
    const isPaired = this.current.kind === "finishing";
    const meaning = meaningOf(end);
    this.step("the connection ended", { code: end.code, reason: end.message });
    if (meaning.kind === "refused") this.end({ kind: "refused", message: meaning.message });
    else if (isPaired && meaning.kind === "restart" && connection) await this.keep(connection);
    else if (isPaired) {
      const message = `The connection was lost while WhatsApp completed the link. ${REMOVE_FROM_PHONE}`;
      this.end({ kind: "failed", message });
    } else if (meaning.kind === "trouble") this.troubled(end.message);
    else void this.connect();
  }

  private async keep(connection: PairingConnection): Promise<void> {
    const { self } = connection;
    this.isKeeping = true;
    this.deadline.cancel();
    try {
      await this.options.beforeKeeping();
      await connection.keep();
    } catch (error) {
      this.deps.log.error("a link could not be kept", { error });
      const reason = error instanceof Error ? error.message : String(error);
      this.end({
        kind: "failed",
        message: `The link was made, but could not be stored: ${sentence(reason)} ${REMOVE_FROM_PHONE}`,
      });
      return;
    }
    this.end({ kind: "linked", self: self ?? { id: "unknown" } });
  }

  /** WhatsApp was not reached, or let go: tried again a few times. */
  private troubled(reason: string): void {
    this.failures += 1;
    this.step("WhatsApp was not reached", { reason });
    if (this.failures >= MAX_FAILED_CONNECTIONS) {
      const message = `WhatsApp could not be reached: ${sentence(reason)} Check the network of the gateway's machine.`;
      this.end({ kind: "failed", message });
      return;
    }
    this.change({ kind: "opening" });
    this.retry = this.deps.clock.after(RECONNECT_PAUSE_MS, () => void this.connect());
  }

  private expire(): void {
    const wasScanned = this.current.kind === "finishing";
    const message = wasScanned
      ? `WhatsApp did not complete the link in time. ${REMOVE_FROM_PHONE}`
      : "No phone scanned a code in time. Begin again: openclaw channels login --channel whatsapp";
    this.end({ kind: "timed-out", message });
  }

  private end(outcome: LoginOutcome): void {
    if (this.isOver) return;
    const { connection } = this;
    this.deadline.cancel();
    this.retry?.cancel();
    this.connection = undefined;
    this.closing = connection?.close() ?? Promise.resolve();
    this.step("the login is over", { outcome: outcome.kind });
    this.change({ kind: "over", outcome });
    this.settle(outcome);
  }

  private change(state: LoginState): void {
    this.current = state;
    for (const listener of this.listeners) listener();
  }

  /** Codes are secrets and are never among the facts. */
  private step(text: string, facts: Readonly<Record<string, unknown>> = {}): void {
    const { log } = this.deps;
    if (this.options.verbose) log.info(`login: ${text}`, facts);
    else log.debug(`login: ${text}`, facts);
  }
}

/** Reasons of other parts end with a full stop, or not. */
function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}

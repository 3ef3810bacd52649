import type {
  AccountView,
  Channel,
  ChannelAccounts,
  ChannelLinking,
  LoginOutcome,
} from "../../../channels/index.ts";
import { DEFAULT_ACCOUNT } from "../../../config/index.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { Ids } from "../../../lib/ids.ts";
import type { Logger } from "../../../lib/logger.ts";
import { invalidRequest, type ParamsOf, type ResultOf, webLogin } from "../../../protocol/index.ts";
import { APPEAR_MS, FIRST_CODE_PATIENCE_MS, WAIT_MAX_MS, WAIT_PATIENCE_MS } from "./limits.ts";
import { type LoginView, PendingLogin } from "./pending-login.ts";
import type { Linkings } from "./linkings.ts";
import { unlink, type Unlinked } from "./unlinking.ts";
import { describe, type Place } from "./words.ts";

export interface LoginsDeps {
  readonly channels: readonly Channel[];
  readonly linkings: Linkings;
  readonly accounts: Pick<ChannelAccounts, "account" | "view" | "startAccount" | "stopAccount" | "onChange">;
  /** Switches an account on of which the configuration says nothing. @throws ConfigError */
  readonly enable: (channel: string, accountId: string) => Promise<void>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
}

type Progress = ResultOf<typeof webLogin.webLoginStart>;
type Question = Pick<ParamsOf<typeof webLogin.webLoginWait>, "channel" | "accountId" | "sessionKey">;

/** A place with what links its accounts. */
interface LinkedPlace extends Place {
  readonly linking: ChannelLinking;
}

/** Logins of accounts by a code that a phone scans: one at a time for each account, around which its connection rests. */
export class Logins {
  private readonly pending = new Map<string, PendingLogin>();
  private isStopping = false;

  constructor(private readonly deps: LoginsDeps) {}

  /** Begins a login, or joins the one that is under way; answers with the first code. @throws ProtocolError */
  async start(params: ParamsOf<typeof webLogin.webLoginStart>, signal: AbortSignal): Promise<Progress> {
    const place = await this.place(params);
    let pending = this.pending.get(keyOf(place));
    if (!pending || pending.isOver) {
      const link = params.force === true ? undefined : await this.standing(place);
      if (link) return describe(place, { kind: "linked already", self: link });
      pending = this.begin(place, params.verbose === true, params.force === true);
    }
    const patience = Math.min(params.timeoutMs ?? FIRST_CODE_PATIENCE_MS, WAIT_MAX_MS);
    const view = await pending.watch(({ state }) => state.kind === "code", patience, signal);
    return this.progress(place, pending, view);
  }

  /** The next news of a login: another code than the shown one, or its end. @throws ProtocolError */
  async wait(params: ParamsOf<typeof webLogin.webLoginWait>, signal: AbortSignal): Promise<Progress> {
    const place = await this.place(params);
    const pending = this.known(place, params);
    if (!pending) {
      const link = await place.linking.link(place.accountId);
      return describe(place, link ? { kind: "linked already", self: link.self } : { kind: "none" });
    }
    const { currentQrDataUrl: shown, timeoutMs = WAIT_PATIENCE_MS } = params;
    const isNews = ({ qrDataUrl }: LoginView) => qrDataUrl !== undefined && qrDataUrl !== shown;
    const view = await pending.watch(isNews, Math.min(timeoutMs, WAIT_MAX_MS), signal);
    return this.progress(place, pending, view);
  }

  /** Ends a login; nothing is kept of it. False when none is under way. @throws ProtocolError */
  async cancel(params: Question): Promise<{ channel: string; accountId: string; cancelled: boolean }> {
    const place = await this.place(params);
    const pending = this.known(place, params);
    const { channel, accountId } = place;
    const isOpen = pending !== undefined && !pending.isOver;
    await pending?.login.cancel();
    const outcome = await pending?.login.over;
    return { channel: channel.meta.id, accountId, cancelled: isOpen && outcome?.kind === "cancelled" };
  }

  /** Ends the link of an account, and a login that is under way; undefined where accounts have a token. @throws StoreError */
  unlink(view: AccountView): Promise<Unlinked> | undefined {
    const { linkings, accounts, clock, log } = this.deps;
    const { channel, account } = view;
    return linkings.of(channel.meta.id)?.then(async (linking) => {
      await this.pending.get(keyOf({ channel, accountId: account.id }))?.login.cancel();
      return unlink(view, { accounts, linking, clock, log });
    });
  }

  /** Ends all logins; what they had brought to rest is not woken again. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all([...this.pending.values()].map(({ login }) => login.cancel()));
  }

  private begin(place: LinkedPlace, verbose: boolean, isForced: boolean): PendingLogin {
    const { accounts, ids, clock } = this.deps;
    const { channel, accountId, linking } = place;
    const { id } = channel.meta;
    const before = accounts.view(id, accountId);
    const rest = async () => void (await accounts.stopAccount(id, accountId));
    const login = linking.login(accountId, { verbose, beforeKeeping: rest });
    // Two connections of one number cut each other off.
    if (isForced) void rest();
    const settled = login.over.then((outcome) => this.settle(place, outcome, before));
    const pending = new PendingLogin({ sessionKey: ids.uuid(), login, clock, settled });
    this.pending.set(keyOf(place), pending);
    return pending;
  }

  /** What follows from the end of a login; never rejects. */
  private async settle(
    { channel, accountId }: LinkedPlace,
    outcome: LoginOutcome,
    before: AccountView | undefined,
  ): Promise<void> {
    const { accounts, enable, log } = this.deps;
    const { id } = channel.meta;
    const isLinked = outcome.kind === "linked";
    log.info(`login of ${id} account ${accountId}: ${outcome.kind}`);
    // What a person had stopped stays so unless the login brought something new.
    if (this.isStopping || (!isLinked && before?.facts.isHeld === true)) return;
    try {
      if (isLinked && accounts.account(id, accountId) === undefined) {
        await enable(id, accountId);
        await this.appearance(id, accountId);
      }
      await accounts.startAccount(id, accountId);
    } catch (error) {
      log.error(`${id} account ${accountId} could not be started after its login`, { error });
    }
  }

  /** Settles when the account is known, or has had time enough for it. */
  private appearance(channel: string, accountId: string): Promise<void> {
    const { accounts, clock } = this.deps;
    if (accounts.account(channel, accountId)) return Promise.resolve();
    return new Promise((resolve) => {
      const stop = accounts.onChange(() => {
        if (accounts.account(channel, accountId)) done();
      });
      const timer = clock.after(APPEAR_MS, () => done());
      const done = () => {
        stop();
        timer.cancel();
        resolve();
      };
    });
  }

  /** Who the account is, unless a person has to log it in: there is no link, or the platform no longer knows it. */
  private async standing({ channel, accountId, linking }: LinkedPlace) {
    const link = await linking.link(accountId);
    const view = this.deps.accounts.view(channel.meta.id, accountId);
    const status = view?.connection?.status() ?? view?.facts.setback?.status;
    return status?.link?.health === "logged-out" ? undefined : link?.self;
  }

  private progress(place: LinkedPlace, pending: PendingLogin, { state, qrDataUrl }: LoginView): Progress {
    const { channel, accountId } = place;
    const isOff = this.deps.accounts.account(channel.meta.id, accountId)?.enabled !== true;
    return {
      ...describe(place, state, isOff),
      sessionKey: pending.sessionKey,
      expiresAtMs: pending.login.expiresAt,
      ...(state.kind === "code" && {
        qrText: state.text,
        qrExpiresAtMs: state.expiresAt,
        ...(qrDataUrl !== undefined && { qrDataUrl }),
      }),
    };
  }

  private known(place: LinkedPlace, { sessionKey }: Question): PendingLogin | undefined {
    const pending = this.pending.get(keyOf(place));
    if (sessionKey !== undefined && pending?.sessionKey !== sessionKey) {
      throw invalidRequest("that login is over; another one may have taken its place");
    }
    return pending;
  }

  /** The account a request names. @throws ProtocolError */
  private async place({ channel: named, accountId }: Question): Promise<LinkedPlace> {
    const { channels, accounts, linkings } = this.deps;
    const id = named?.trim().toLowerCase() ?? linkings.channels[0];
    if (id === undefined) throw invalidRequest("web login provider is not available");
    const channel = channels.find(({ meta }) => meta.id === id);
    if (!channel) throw invalidRequest(`unknown channel: ${id}`);
    const linking = await linkings.of(id);
    if (!linking) throw invalidRequest(`web login is not supported by provider ${id}`);
    const account = accountId?.trim();
    const isNamed = account !== undefined && account !== "";
    if (isNamed && !ACCOUNT_ID.test(account)) throw invalidRequest(`"${account}" is no account id`);
    return { channel, linking, accountId: isNamed ? account : (accounts.account(id)?.id ?? DEFAULT_ACCOUNT) };
  }
}

/** As the command line takes them. */
const ACCOUNT_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

function keyOf({ channel, accountId }: Place): string {
  return `${channel.meta.id}\0${accountId}`;
}

import { expect, test } from "bun:test";
import {
  type AccountView,
  type ChannelLinking,
  describedChannels,
  type RegisteredChannel,
} from "../../../src/channels/index.ts";
import { validateConfig } from "../../../src/config/index.ts";
import { Linkings } from "../../../src/gateway/channels/logins/linkings.ts";
import { Logins } from "../../../src/gateway/channels/logins/logins.ts";
import { Egress } from "../../../src/lib/egress/index.ts";
import { sequentialIds } from "../../../src/lib/ids.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { FreshKeys } from "../../../src/channels/whatsapp/link/fresh-keys.ts";
import { ManualClock, until } from "../../support/index.ts";
import { SteppedLogin } from "./stepped-login.ts";

const { config: CONFIG } = validateConfig({ channels: { whatsapp: {} } });
const NEVER = new AbortController().signal;
const SELF = { id: "+4366412345", name: "Ann" };

/** The desk between logins whose steps the test makes and accounts that only note what is done to them. */
function desk({ isKnown = true, isHeld = false, linked = false } = {}) {
  const clock = new ManualClock();
  const logins: SteppedLogin[] = [];
  const done: string[] = [];
  const linking: ChannelLinking = {
    link: async () => (linked ? { self: SELF } : undefined),
    login: () => {
      const login = new SteppedLogin();
      logins.push(login);
      return login;
    },
    forget: async () => true,
  };
  const registered = describedChannels().map((one): RegisteredChannel =>
    one.linking ? { ...one, linking: { ...one.linking, open: async () => linking } } : one,
  );
  const channel = registered.find((one) => one.linking)?.channel;
  if (!channel) throw new Error("no channel has links");
  const [account] = channel.accounts(CONFIG, {});
  if (!account) throw new Error("the channel has no account");
  const view: AccountView = {
    channel,
    account,
    connection: undefined,
    isRunning: false,
    facts: { restarts: 0, isHeld, isBusy: false },
    lastInboundAt: undefined,
    lastOutboundAt: undefined,
  };
  const seen = () => (isKnown || done.includes("enable default") ? view : undefined);
  const note = (what: string) => async (_channel: string, id?: string) => {
    done.push(`${what} ${id ?? "?"}`);
    return seen();
  };
  const keys = new FreshKeys();
  return {
    done,
    logins,
    desk: new Logins({
      channels: registered.map((one) => one.channel),
      linkings: new Linkings(registered, () => ({
        keys,
        egress: new Egress({ clock }),
        processEnv: {},
        clock,
        log: silentLogger,
      })),
      accounts: {
        account: () => seen()?.account,
        view: () => seen(),
        startAccount: note("start"),
        stopAccount: note("stop"),
        onChange: () => () => undefined,
      },
      enable: async (_channel, id) => void done.push(`enable ${id}`),
      clock,
      ids: sequentialIds(),
      log: silentLogger,
    }),
  };
}

test("an account that the configuration does not know is switched on once it is linked, and then started", async () => {
  const it = desk({ isKnown: false });
  const started = it.desk.start({}, NEVER);
  await until("a login", () => it.logins.length > 0);
  it.logins[0]?.step({ kind: "over", outcome: { kind: "linked", self: SELF } });
  expect(await started).toMatchObject({
    connected: true,
    self: SELF,
    message: expect.stringContaining("(Ann)"),
  });
  expect(it.done).toEqual(["enable default", "start default"]);
});

test("what a person had stopped stays so when nothing comes of a login", async () => {
  const it = desk({ isHeld: true });
  const started = it.desk.start({}, NEVER);
  await until("a login", () => it.logins.length > 0);
  await it.logins[0]?.cancel();
  expect(await started).toMatchObject({ connected: false, outcome: "cancelled" });
  expect(it.done).toEqual([]);
});

test("a forced login has the connection rest, and wakes it when nothing comes of it", async () => {
  const it = desk({ linked: true });
  expect(await it.desk.start({}, NEVER)).toMatchObject({ connected: true });
  expect(it.logins).toEqual([]);
  const started = it.desk.start({ force: true }, NEVER);
  await until("a login", () => it.logins.length > 0);
  it.logins[0]?.step({ kind: "over", outcome: { kind: "timed-out", message: "too late" } });
  expect(await started).toMatchObject({ outcome: "timed-out", message: "too late" });
  expect(it.done).toEqual(["stop default", "start default"]);
});

test("a gateway that stops ends its logins and wakes nobody", async () => {
  const it = desk();
  const started = it.desk.start({ force: true }, NEVER);
  await until("a login", () => it.logins.length > 0);
  await it.desk.stop();
  expect(await started).toMatchObject({ outcome: "cancelled" });
  expect(it.done).toEqual(["stop default"]);
});

test("a login that is over is not taken for the next one", async () => {
  const it = desk();
  const first = it.desk.start({}, NEVER);
  await until("a login", () => it.logins.length > 0);
  await it.logins[0]?.cancel();
  const { sessionKey } = await first;
  const second = it.desk.start({}, NEVER);
  await until("another login", () => it.logins.length === 2);
  await expect(
    it.desk.wait({ ...(sessionKey !== undefined && { sessionKey }), timeoutMs: 0 }, NEVER),
  ).rejects.toThrow("that login is over");
  await it.desk.stop();
  await second;
});

test("channels without a login, and ids that are none, are refused", async () => {
  const { desk: logins } = desk();
  for (const [params, message] of [
    [{ channel: "telegram" }, "web login is not supported by provider telegram"],
    [{ channel: "nochan" }, "unknown channel: nochan"],
    [{ accountId: "../x" }, `"../x" is no account id`],
  ] as const) {
    await expect(logins.start(params, NEVER)).rejects.toThrow(message);
  }
});

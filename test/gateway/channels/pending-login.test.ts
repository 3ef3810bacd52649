import { expect, test } from "bun:test";
import type { LoginState } from "../../../src/channels/index.ts";
import { PendingLogin } from "../../../src/gateway/channels/logins/pending-login.ts";
import { ManualClock } from "../../support/index.ts";
import { SteppedLogin } from "./stepped-login.ts";

function pending() {
  const clock = new ManualClock();
  const login = new SteppedLogin();
  const settled = login.over.then(() => undefined);
  return { clock, login, watched: new PendingLogin({ sessionKey: "s", login, clock, settled }) };
}

const NEVER = new AbortController().signal;
const code = (text: string): LoginState => ({ kind: "code", text, expiresAt: 0 });
const isOther = (shown?: string) => (view: { readonly qrDataUrl?: string }) =>
  view.qrDataUrl !== undefined && view.qrDataUrl !== shown;

test("whoever waits hears of each code once, as a picture", async () => {
  const { login, watched } = pending();
  const first = watched.watch(isOther(), 1_000, NEVER);
  login.step(code("one"));
  const { qrDataUrl } = await first;
  expect(qrDataUrl).toStartWith("data:image/png;base64,");
  expect((await watched.watch(isOther(), 1_000, NEVER)).qrDataUrl).toBe(qrDataUrl ?? "");
  const second = watched.watch(isOther(qrDataUrl), 1_000, NEVER);
  login.step({ kind: "finishing" });
  login.step(code("two"));
  expect((await second).qrDataUrl).not.toBe(qrDataUrl);
});

test("without news the wait ends in its time, with what there is", async () => {
  const { clock, watched } = pending();
  const waiting = watched.watch(isOther(), 1_000, NEVER);
  // Once it waits.
  await watched.view();
  clock.advance(1_000);
  expect((await waiting).state).toEqual({ kind: "opening" });
});

test("a login that nobody watches any more is ended, unless somebody comes back in time", async () => {
  const { clock, login, watched } = pending();
  const leave = async () => {
    const gone = new AbortController();
    const watching = watched.watch(isOther(), 60_000, gone.signal);
    gone.abort();
    await watching;
  };
  login.step(code("one"));
  const { qrDataUrl } = await watched.view();
  const stay = new AbortController();
  await leave();
  clock.advance(14_999);
  const back = watched.watch(isOther(qrDataUrl), 60_000, stay.signal);
  clock.advance(20_000);
  expect(login.state.kind).toBe("code");
  stay.abort();
  await back;
  clock.advance(15_000);
  expect(login.state).toMatchObject({ kind: "over", outcome: { kind: "cancelled" } });
});

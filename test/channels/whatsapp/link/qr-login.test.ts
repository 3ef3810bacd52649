import { expect, test } from "bun:test";
import type { LoginOutcome } from "../../../../src/channels/index.ts";
import { QrLogin } from "../../../../src/channels/whatsapp/link/qr-login.ts";
import { silentLogger } from "../../../../src/lib/logger.ts";
import { ManualClock, until } from "../../../support/index.ts";
import { PaperWire } from "./paper-wire.ts";

async function begun() {
  const clock = new ManualClock();
  const wire = new PaperWire();
  const steps: string[] = [];
  const login = new QrLogin(
    { wire, clock, log: silentLogger },
    { verbose: false, beforeKeeping: async () => void steps.push("rest") },
  );
  await until("a connection", () => wire.connections.length > 0);
  return { clock, wire, login, steps };
}

/** A reason WhatsApp gives at the end of a connection. */
const end = (code?: number) => ({ code, message: `ended with ${code ?? "nothing"}` });

async function settled(outcome: Promise<LoginOutcome>): Promise<string> {
  return (await outcome).kind;
}

test("a code that was scanned is a link once WhatsApp asks for a new connection, and is kept only then", async () => {
  const { wire, login, steps } = await begun();
  wire.say.code("first");
  expect(login.state).toMatchObject({ kind: "code", text: "first" });
  wire.say.paired();
  expect(login.state).toEqual({ kind: "finishing" });
  expect(wire.connections[0]?.kept).toBe(false);
  wire.say.ended(end(515));
  expect(await login.over).toEqual({ kind: "linked", self: { id: "+4366412345", name: "Ann" } });
  expect(wire.connections[0]?.kept).toBe(true);
  expect(steps).toEqual(["rest"]);
});

test("codes follow each other, each with the time it is taken for, and more are fetched when they run out", async () => {
  const { clock, wire, login } = await begun();
  const texts: string[] = [];
  login.onChange(() => {
    if (login.state.kind === "code") texts.push(`${login.state.text} ${login.state.expiresAt - clock.now()}`);
  });
  wire.say.code("one");
  wire.say.code("two");
  wire.say.ended(end(408));
  await until("a second connection", () => wire.connections.length === 2);
  wire.say.code("three");
  // What an old connection says late is not heard.
  wire.connections[0]?.say.code("late");
  expect(texts).toEqual(["one 60000", "two 20000", "three 60000"]);
});

test("nobody scans: after three minutes the login is over, its connection is closed and nothing is kept", async () => {
  const { clock, wire, login } = await begun();
  wire.say.code("one");
  clock.advance(179_999);
  expect(login.state.kind).toBe("code");
  clock.advance(1);
  expect(await settled(login.over)).toBe("timed-out");
  expect(wire.connections).toMatchObject([{ kept: false, closed: true }]);
});

test("a code that is scanned in the last second still becomes a link", async () => {
  const { clock, wire, login } = await begun();
  wire.say.code("one");
  clock.advance(179_000);
  wire.say.paired();
  clock.advance(20_000);
  wire.say.ended(end(515));
  expect(await settled(login.over)).toBe("linked");
});

test("WhatsApp that never completes what was scanned is waited for half a minute", async () => {
  const { clock, wire, login } = await begun();
  wire.say.code("one");
  wire.say.paired();
  clock.advance(30_000);
  expect(await login.over).toMatchObject({
    kind: "timed-out",
    message: expect.stringContaining("Linked devices"),
  });
  expect(wire.connections[0]?.kept).toBe(false);
});

test.each([401, 402, 403, 405, 409, 411])("end %d is a refusal that says what to do", async (code) => {
  const { wire, login } = await begun();
  wire.say.code("one");
  wire.say.ended(end(code));
  expect(await login.over).toMatchObject({ kind: "refused", message: expect.stringMatching(/\.|openclaw/) });
});

test("a connection that is lost while the link is completed keeps nothing and says what to look for", async () => {
  const { wire, login } = await begun();
  wire.say.code("one");
  wire.say.paired();
  wire.say.ended(end(428));
  expect(await login.over).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("Linked devices"),
  });
  expect(wire.connections[0]?.kept).toBe(false);
});

test("WhatsApp that is not reached is tried three times, with a pause", async () => {
  const { clock, wire, login } = await begun();
  wire.say.ended(end());
  expect(login.state.kind).toBe("opening");
  clock.advance(2_000);
  await until("a second connection", () => wire.connections.length === 2);
  wire.say.ended(end(500));
  clock.advance(2_000);
  await until("a third connection", () => wire.connections.length === 3);
  wire.say.ended(end(503));
  expect(await login.over).toMatchObject({ kind: "failed", message: expect.stringContaining("503") });
});

test("a code in between makes earlier trouble forgotten", async () => {
  const { clock, wire, login } = await begun();
  for (const round of [1, 2, 3, 4]) {
    wire.say.code(`code ${round}`);
    wire.say.ended(end(428));
    clock.advance(2_000);
    await until("another connection", () => wire.connections.length === round + 1);
  }
  expect(login.state.kind).toBe("opening");
});

test("cancelling closes the connection and keeps nothing; a login that is over stays as it ended", async () => {
  const { wire, login } = await begun();
  wire.say.code("one");
  await login.cancel();
  expect(await settled(login.over)).toBe("cancelled");
  expect(wire.connections).toMatchObject([{ kept: false, closed: true }]);
  wire.say.paired();
  wire.say.ended(end(515));
  await login.cancel();
  expect(await settled(login.over)).toBe("cancelled");
  expect(wire.connections[0]?.kept).toBe(false);
});

test("a link that is just being kept is not cancelled: the phone has it already", async () => {
  const { wire, login } = await begun();
  const { promise, resolve } = Promise.withResolvers<void>();
  wire.keeping = promise;
  wire.say.paired();
  wire.say.ended(end(515));
  const cancelled = login.cancel();
  resolve();
  await cancelled;
  expect(await settled(login.over)).toBe("linked");
});

test("a link that cannot be stored is a failure, with the reason", async () => {
  const { wire, login } = await begun();
  wire.failsKeep = new Error("The disk is full.");
  wire.say.paired();
  wire.say.ended(end(515));
  expect(await login.over).toMatchObject({
    kind: "failed",
    message: expect.stringContaining("The disk is full."),
  });
});

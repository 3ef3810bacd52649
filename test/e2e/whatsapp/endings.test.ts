import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: WhatsappWorld;
beforeAll(async () => {
  world = await WhatsappWorld.start();
  await world.echo("warm");
});
afterAll(() => world[Symbol.asyncDispose]());

/** The login after so many before it. */
const nextLogin = (before: number) =>
  world.whatsapp.journal.when(
    "the gateway to come back",
    () => world.phone.companion.logins > before && world.phone.companion.isActive,
    PATIENCE_MS,
  );

test("moved by the server, it is back, and that is no failure", async () => {
  const { logins } = world.phone.companion;
  world.whatsapp.endStreams(515);
  await nextLogin(logins);
  expect(await world.account()).toMatchObject({ reconnectAttempts: 0 });
  await world.echo("moved");
});

test("while WhatsApp is away it tries again, and answers what was said meanwhile", async () => {
  const { logins } = world.phone.companion;
  await world.whatsapp.goOffline();
  await world.al.says("ECHO while you were offline");
  await world.accountWhen("the outage to be seen", ({ connected }) => connected !== true);
  world.whatsapp.recover();
  await nextLogin(logins);
  await world.shown("while you were offline");
});

test("threat B3: another program that took over the link is said once and not fought for", async () => {
  const { companion } = world.phone;
  const { logins } = companion;
  world.whatsapp.endStreams();
  const row = await world.accountWhen("the end to be said", ({ lifecycle }) => lifecycle === "blocked");
  expect(row).toMatchObject({ healthState: "conflict" });
  expect((await world.issues()).join("\n")).toContain("Another program took over this link");
  const started = await world.openclaw("channels", "start", "whatsapp");
  expect([started.code, started.stderr]).toEqual([0, ""]);
  await nextLogin(logins);
  await world.echo("mine again");
  expect(companion.logins).toBe(logins + 1);
});

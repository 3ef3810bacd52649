import { afterAll, beforeAll, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import type { Group, Person } from "../../fakes/whatsapp/index.ts";
import { PATIENCE_MS, WhatsappWorld } from "./support/index.ts";

setDefaultTimeout(PATIENCE_MS);

let world: WhatsappWorld;
let bo: Person;
let hidden: Person;
const groups: Group[] = [];

beforeAll(async () => {
  world = await WhatsappWorld.start({
    before: (whatsapp) => {
      bo = whatsapp.person("+15550000002", { name: "Bo" });
      hidden = whatsapp.person("+15550000003", { name: "Hidden", addressing: "lid" });
      const al = whatsapp.people.find(({ number }) => number === "15550000001");
      const members = [whatsapp.home, bo, hidden, ...(al ? [al] : [])];
      for (const addressing of ["pn", "lid"] as const) {
        groups.push(whatsapp.group({ subject: `Friends ${addressing}`, members, addressing }));
      }
      return {
        dmPolicy: "pairing",
        allowFrom: ["+15550000001", "+15550000003"],
        groupPolicy: "allowlist",
        groupAllowFrom: ["+15550000001", "+15550000003"],
        groups: { "*": { requireMention: true } },
      };
    },
  });
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(() => world.model.reset());

test("who hides the number is known by it all the same, and is answered where they wrote", async () => {
  await world.echo("hidden hello", hidden);
});

test("a stranger gets a code once, costs no model call, and is let in by the owner's command", async () => {
  await bo.says("ECHO let me in");
  const notice = await world.whatsapp.journal.when("the notice", () => bo.texts(world.phone)[0]);
  const code = /[A-HJ-NP-Z2-9]{8}/.exec(notice ?? "")?.[0] ?? "";
  await bo.says("ECHO hello?");
  await world.echo("checkpoint");
  expect(bo.texts(world.phone)).toHaveLength(1);
  expect(world.model.about("let me in")).toHaveLength(0);
  const approved = await world.openclaw("pairing", "approve", "whatsapp", code);
  expect(approved.stdout).toContain("+15550000002");
  await world.echo("inside", bo);
});

test("in groups of both kinds only those on the list are heard, and only when they name or quote it", async () => {
  for (const group of groups) {
    const words = `in ${group.subject}`;
    await bo.says(`ECHO stranger ${words}`, { in: group, mentions: [world.phone] });
    await world.al.says(`ECHO unnamed ${words}`, { in: group });
    await hidden.says(`ECHO ${words}`, { in: group, mentions: [world.phone] });
    const answer = await world.shown(words, { person: hidden, chat: group });
    await world.shown(words, { chat: group });
    await world.al.says(`ECHO quoting ${words}`, { in: group, quote: answer });
    await world.shown(`quoting ${words}`, { chat: group });
    expect(
      world.whatsapp.journal
        .in("message")
        .filter(({ attrs }) => attrs.to === group.id && attrs.type === "text"),
    ).toHaveLength(2);
  }
});

test("what somebody could not read is encrypted for them again", async () => {
  await world.echo("readable");
  await world.al.forgets(world.phone.companion);
  await world.call("send", {
    channel: "whatsapp",
    to: "+15550000001",
    message: "once more",
    idempotencyKey: "unreadable-1",
  });
  await world.shown("once more");
  expect(world.al.unreadable).toHaveLength(1);
});

test("what the gateway could not read it asks for again", async () => {
  const said = await world.al.says("ECHO spoiled", { spoiled: 1 });
  await world.shown("spoiled");
  expect(said.retries).toBe(1);
});

import { expect, test } from "bun:test";
import fc from "fast-check";
import { type Rig, rig, settled } from "./rig.ts";

const IDS = ["a", "b", "c"] as const;
type Id = (typeof IDS)[number];

/** What the configuration says of one account; undefined when it is not in there. */
type Wanted = { enabled: boolean; configured: boolean; fingerprint: string; name: string } | undefined;

type Step =
  | { do: "edit"; id: Id; to: Wanted }
  | { do: "end"; id: Id; blocked: boolean }
  | { do: "stop" | "start"; id: Id }
  | { do: "fail"; id: Id; fails: boolean }
  | { do: "hold"; holds: boolean }
  | { do: "wait"; ms: number };

const id = fc.constantFrom(...IDS);
const wanted: fc.Arbitrary<Wanted> = fc.option(
  fc.record({
    enabled: fc.boolean(),
    configured: fc.boolean(),
    fingerprint: fc.constantFrom("1", "2"),
    name: fc.constantFrom("x", "y"),
  }),
  { nil: undefined },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("edit" as const), id, to: wanted }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("end" as const), id, blocked: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("stop" as const, "start" as const), id }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("fail" as const), id, fails: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("hold" as const), holds: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.nat({ max: 400_000 }) }) },
);

/** The rig with what a person would know of it. */
class Model {
  readonly config = new Map<Id, NonNullable<Wanted>>();
  readonly held = new Set<Id>();
  readonly work: Promise<unknown>[] = [];

  constructor(readonly world: Rig) {}

  /** The connection the outside sees. */
  seen(account: Id) {
    return this.world.accounts.connection("telegram", account);
  }

  async take(one: Step): Promise<void> {
    const { channel, accounts, clock } = this.world;
    switch (one.do) {
      case "edit": {
        if (one.to) this.config.set(one.id, one.to);
        else {
          this.config.delete(one.id);
          this.held.delete(one.id);
        }
        this.work.push(this.world.configure([...this.config].map(([key, value]) => ({ id: key, ...value }))));
        break;
      }
      case "end": {
        const connection = this.seen(one.id);
        if (connection && one.blocked) channel.of(one.id).say({ lifecycle: "blocked" });
        if (connection) channel.of(one.id).end();
        break;
      }
      case "stop": {
        if (this.config.has(one.id)) this.held.add(one.id);
        this.work.push(accounts.stopAccount("telegram", one.id));
        break;
      }
      case "start": {
        this.held.delete(one.id);
        this.work.push(accounts.startAccount("telegram", one.id));
        break;
      }
      case "fail": {
        if (one.fails) channel.failing.set(one.id, new Error("no"));
        else channel.failing.delete(one.id);
        break;
      }
      case "hold": {
        channel.holdsStops = one.holds;
        if (!one.holds) for (const connection of channel.open) connection.letStop();
        break;
      }
      case "wait": {
        clock.advance(one.ms);
      }
    }
    await settled();
  }
}

/** Whose connection a step may touch; all when time passes. */
function touched(one: Step): readonly Id[] {
  return "id" in one ? [one.id] : one.do === "wait" ? IDS : [];
}

test("whatever happens in whatever order: one connection of an account at most, untouched accounts go on, and what should run runs in the end", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      await using world = await rig({
        config: { channels: { defaults: { healthMonitor: { enabled: false } } } },
      });
      const model = new Model(world);
      await world.accounts.start();
      for (const one of steps) {
        const before = new Map(IDS.map((account) => [account, model.seen(account)]));
        await model.take(one);
        for (const account of IDS) {
          if (touched(one).includes(account) || before.get(account) === undefined) continue;
          expect(model.seen(account)).toBe(before.get(account));
        }
        expect(world.channel.mostAtOnce).toBeLessThanOrEqual(1);
      }
      await model.take({ do: "hold", holds: false });
      for (const account of IDS) {
        await model.take({ do: "fail", id: account, fails: false });
        // Gives what had given up another chance.
        if (model.config.has(account) && !model.held.has(account))
          await model.take({ do: "start", id: account });
      }
      await model.take({ do: "wait", ms: 400_000 });
      await Promise.all(model.work);
      const running = [...world.channel.open].map(
        ({ context: { account } }) => `${account.id}${account.fingerprint}`,
      );
      const should = [...model.config]
        .filter(([account, { enabled, configured }]) => enabled && configured && !model.held.has(account))
        .map(([account, { fingerprint }]) => `${account}${fingerprint}`);
      expect(running.toSorted()).toEqual(should.toSorted());
      expect(world.channel.mostAtOnce).toBeLessThanOrEqual(1);
    }),
    { numRuns: 60 },
  );
}, 60_000);

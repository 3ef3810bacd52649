import { answer, Gate, hold, text } from "../../fakes/model-provider/index.ts";
import { type Call, type Fault, faults } from "../../fakes/telegram/index.ts";
import { spawnGateway } from "../../support/index.ts";
import type { Random } from "../durability/random.ts";
import { marksIn } from "../telegram/support/index.ts";
import type { Town } from "./town.ts";

/** Waits until the moment has come; returns what brings the fakes back in order once the gateway is dead. */
type Come = (town: Town, random: Random) => Promise<() => void>;

/** A moment a gateway can die at, on the way of a message. */
export interface Moment {
  readonly name: string;
  readonly come: Come;
}

/** What is waited for may never come, when nothing is left to be done. */
const PATIENCE_MS = 1_000;
/** Longer than a burst of one life takes. */
const ANY_MS = 400;
const START_MS = 150;
/** Calls of one burst after which another one is struck. */
const CALLS = 8;
/** Between two things that follow each other at once. */
const BETWEEN_MS = 4;

const nothing = () => undefined;

/** How a message of the bot may be lost with the process; the last two are seen by the people all the same. */
const LOSSES: readonly [() => Fault, ...(() => Fault)[]] = [
  () => faults.hang(),
  () => faults.hangAfter(),
  () => faults.delay(30),
];

export const MOMENTS: readonly [Moment, ...Moment[]] = [
  {
    name: "start",
    come: async ({ world }, random) => {
      await world.down("SIGKILL");
      const gateway = await spawnGateway({ home: world.home, waitReady: false });
      await Bun.sleep(random.below(START_MS));
      gateway.signal("SIGKILL");
      await gateway.exited;
      return nothing;
    },
  },
  {
    name: "before accept",
    come: async (town, random) => {
      const rule = town.world.telegram.faults.add("getUpdates", faults.delayAfter(random.below(2)), {
        times: 1,
      });
      town.burst(1);
      await soon(town, "updates to be told", () => rule.hits > 0);
      await jitter(random);
      return () => rule.lift();
    },
  },
  {
    name: "after accept",
    come: async (town, random) => {
      const { queue } = town.world.bot;
      await soon(town, "updates to be confirmed", () => queue.pending.length === 0);
      await jitter(random);
      return nothing;
    },
  },
  {
    name: "turn",
    come: async (town, random) => {
      const gate = new Gate();
      let left = random.below(CALLS);
      const lift = town.world.model.on(({ userText }) => {
        left -= 1;
        return left === -1 ? answer([text(`heard: ${marksIn(userText).join(" ")}`), hold(gate)]) : undefined;
      });
      await Promise.race([gate.reached, Bun.sleep(PATIENCE_MS)]);
      await jitter(random);
      return () => {
        lift();
        gate.open();
      };
    },
  },
  {
    name: "end of turn",
    come: async (town, random) => {
      const { model } = town.world;
      const known = model.requests.length;
      const nth = known + random.below(CALLS);
      const deadline = performance.now() + PATIENCE_MS;
      while (model.requests.length <= nth && performance.now() < deadline) await Bun.sleep(1);
      await Promise.race([model.requests[nth]?.outcome, Bun.sleep(PATIENCE_MS)]);
      await jitter(random);
      return nothing;
    },
  },
  {
    name: "send",
    come: async (town, random) => {
      const { telegram } = town.world;
      const rule = telegram.faults.add("sendMessage", random.pick(LOSSES)(), {
        skip: random.below(CALLS),
        times: 1,
      });
      await soon(town, "a message to be sent", () => rule.hits > 0);
      await jitter(random);
      return () => rule.lift();
    },
  },
  {
    name: "after send",
    come: async (town, random) => {
      const { journal } = town.world.telegram;
      const before = journal.of("sendMessage").filter(isOver).length + random.below(CALLS);
      await soon(town, "messages to be sent", () => journal.of("sendMessage").filter(isOver).length > before);
      await jitter(random);
      return nothing;
    },
  },
  {
    name: "any",
    come: async (_, random) => {
      await Bun.sleep(random.below(ANY_MS));
      return nothing;
    },
  },
];

function isOver({ outcome }: Call): boolean {
  return outcome !== "open";
}

async function soon({ world }: Town, what: string, probe: () => boolean): Promise<void> {
  await world.telegram.journal.when(what, probe, PATIENCE_MS).catch(nothing);
}

async function jitter(random: Random): Promise<void> {
  await Bun.sleep(random.below(BETWEEN_MS));
}

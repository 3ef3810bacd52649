import { expect, test } from "bun:test";
import { MAX_WAITING_BYTES } from "../../src/gateway/limits.ts";
import { EndOfTurn } from "../../src/gateway/wire/end-of-turn.ts";
import { Outlet, type SendingSocket } from "../../src/gateway/wire/outlet.ts";
import { MAX_BUFFERED_BYTES } from "../../src/protocol/index.ts";

class Wire implements SendingSocket {
  /** What left together, in order. */
  readonly writes: string[][] = [];
  buffered = 0;
  slow = 0;
  private corked: string[] | undefined;
  readonly outlet: Outlet;

  constructor(turn = new EndOfTurn()) {
    this.outlet = new Outlet({ socket: this, turn, slow: () => (this.slow += 1) });
  }

  send(frame: string): number {
    if (this.corked) this.corked.push(frame);
    else this.writes.push([frame]);
    return frame.length;
  }

  cork(sends: () => void): void {
    this.corked = [];
    sends();
    this.writes.push(this.corked);
    this.corked = undefined;
  }

  getBufferedAmount(): number {
    return this.buffered;
  }
}

const endOfTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

test("the events of one turn leave together, in order, for every client", async () => {
  const turn = new EndOfTurn();
  const clients = [new Wire(turn), new Wire(turn)];
  for (const event of ["a", "b", "c"]) for (const { outlet } of clients) outlet.queue(event, false);
  expect(clients.flatMap(({ writes }) => writes)).toEqual([]);
  await endOfTurn();
  for (const { writes } of clients) expect(writes).toEqual([["a", "b", "c"]]);
});

test("an answer never overtakes an event", async () => {
  const wire = new Wire();
  wire.outlet.queue("event", true);
  wire.outlet.send("answer");
  wire.outlet.send("next answer");
  await endOfTurn();
  expect(wire.writes).toEqual([["event", "answer"], ["next answer"]]);
});

test("what grows large in one turn does not wait for its end", () => {
  const wire = new Wire();
  wire.outlet.queue("small", false);
  wire.outlet.queue("x".repeat(MAX_WAITING_BYTES), false);
  expect(wire.writes).toHaveLength(1);
});

test("a client that does not read misses what may be dropped, and is given up once for what may not", async () => {
  const wire = new Wire();
  wire.buffered = MAX_BUFFERED_BYTES + 1;
  expect(wire.outlet.queue("tick", true)).toBe(false);
  expect(wire.slow).toBe(0);
  expect(wire.outlet.queue("shutdown", false)).toBe(false);
  wire.outlet.send("answer");
  await endOfTurn();
  expect(wire).toMatchObject({ slow: 1, writes: [] });
});

test("a closed connection is sent nothing more", async () => {
  const wire = new Wire();
  wire.outlet.queue("event", false);
  wire.outlet.end();
  expect(wire.outlet.queue("late", false)).toBe(false);
  await endOfTurn();
  expect(wire).toMatchObject({ slow: 0, writes: [] });
});

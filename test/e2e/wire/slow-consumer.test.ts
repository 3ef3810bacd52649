import { describe, expect, test } from "bun:test";
import { MAX_BUFFERED_BYTES } from "../../../src/protocol/index.ts";
import {
  encodeFrame,
  OPCODE,
  operatorConnect,
  RawSocket,
  spawnGateway,
  until,
  within,
} from "../../support/index.ts";
import { holdGateway } from "./support/in-process.ts";

/** For 50 MiB, which take a second of work on each side, to be written or read on a busy machine. */
const FLOOD_PATIENCE_MS = 60_000;

/** All of a test: it writes them, reads them, and looks through them. */
const TEST_MS = 3 * FLOOD_PATIENCE_MS;
const MB = 1024 * 1024;

/** Where a gateway listens and what it is told by. */
interface Place {
  readonly port: number;
  readonly token: string | undefined;
}

function request(id: string, method: string, params: object): Uint8Array {
  return encodeFrame(JSON.stringify({ type: "req", id, method, params }));
}

/** The answer is far larger than the question. */
const ASK = request("s", "config.schema", {});

/** So few that whoever asks behind them is answered soon on a busy machine too. */
const ASKS_AT_ONCE = 10;

/** An operator past hello that does not read from then on. */
async function deafOperator({ port, token }: Place): Promise<RawSocket> {
  const raw = await RawSocket.open(port);
  raw.write(request("c1", "connect", { ...operatorConnect(), auth: { token } }));
  await until("hello-ok", () => raw.text().includes('"hello-ok"'));
  raw.pause();
  return raw;
}

async function metric({ port }: Place, name: string): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

describe("C18: a client that does not read", () => {
  test(
    "is given up once 50 MiB wait for it, and others go on being answered",
    async () => {
      await using gateway = await spawnGateway();
      await using healthy = await gateway.operator();
      await using deaf = await deafOperator(gateway);
      const asks = Buffer.concat(Array.from({ length: ASKS_AT_ONCE }, () => ASK));
      const before = await metric(gateway, "openclaw_resident_memory_bytes");
      const isGivenUp = async () => (await metric(gateway, "openclaw_slow_consumers_total")) === 1;
      let answeredMeanwhile = 0;
      await until(
        "the deaf client to be given up",
        async () => {
          deaf.write(asks);
          expect((await healthy.request("health")).ok).toBe(true);
          const isWaitedFor = (await metric(gateway, "openclaw_send_backlog_bytes")) > 0;
          if (await isGivenUp()) return true;
          // The answer was there while what waits for the other one grew.
          if (isWaitedFor) answeredMeanwhile += 1;
          return false;
        },
        FLOOD_PATIENCE_MS,
      );
      expect(answeredMeanwhile).toBeGreaterThan(0);
      expect((await metric(gateway, "openclaw_resident_memory_bytes")) - before).toBeLessThan(300 * MB);
      await until(
        "the deaf client to be gone",
        async () => (await metric(gateway, "openclaw_connections")) === 1,
      );
      deaf.resume();
      await within("the end of the connection", deaf.closed);
      expect(deaf.closeFrame()).toBeUndefined();
      expect((await healthy.request("health")).ok).toBe(true);
    },
    TEST_MS,
  );

  test(
    "is closed 1008 when it reads its backlog within a second",
    async () => {
      await using gateway = await holdGateway();
      await using deaf = await deafOperator(gateway);
      const asks = Buffer.concat(Array.from({ length: ASKS_AT_ONCE }, () => ASK));
      await until(
        "the deaf client to be given up",
        async () => {
          deaf.write(asks);
          return (await metric(gateway, "openclaw_slow_consumers_total")) === 1;
        },
        FLOOD_PATIENCE_MS,
      );
      deaf.resume();
      await until(
        "the backlog to be read",
        async () => (await metric(gateway, "openclaw_send_backlog_bytes")) === 0,
        FLOOD_PATIENCE_MS,
      );
      gateway.clock.advance(1_000);
      await within("the end of the connection", deaf.closed);
      expect(deaf.closeFrame()).toEqual({ code: 1008, reason: "slow consumer" });
    },
    TEST_MS,
  );

  test(
    "misses events it can do without, sees the gap in seq, and stays",
    async () => {
      await using gateway = await holdGateway();
      await using healthy = await gateway.operator();
      await using deaf = await deafOperator(gateway);
      const received = () => metric(gateway, "openclaw_frames_received_total");
      const ask = async (count: number) => {
        const before = await received();
        deaf.write(Buffer.concat(Array.from({ length: count }, () => ASK)));
        const isTaken = async () => (await received()) >= before + count;
        await until(`${count} questions to be taken`, isTaken, FLOOD_PATIENCE_MS);
      };
      const answerBytes = JSON.stringify(await healthy.request("config.schema", {})).length;
      await ask(Math.floor((0.9 * MAX_BUFFERED_BYTES) / answerBytes));
      for (let events = 1; ; events += 1) {
        await ask(1);
        await healthy.call("system-event", { text: "Node: Mac", instanceId: "mac" });
        gateway.clock.advance(200);
        if ((await metric(gateway, "openclaw_events_dropped_total")) > 0) break;
        expect(events).toBeLessThan(1_000);
      }
      deaf.resume();
      await until(
        "an event to get through again",
        async () => {
          // It was too busy to answer pings.
          deaf.write(encodeFrame("", { opcode: OPCODE.pong }));
          const dropped = await metric(gateway, "openclaw_events_dropped_total");
          await healthy.call("system-event", { text: "Node: Mac", instanceId: "mac" });
          gateway.clock.advance(200);
          return (await metric(gateway, "openclaw_events_dropped_total")) === dropped;
        },
        FLOOD_PATIENCE_MS,
      );
      const seqs = await until(
        "the event after the gap",
        () => {
          const heard = seqsOf(deaf);
          return heard.some((seq, index) => index > 0 && seq > (heard[index - 1] ?? 0) + 1) && heard;
        },
        FLOOD_PATIENCE_MS,
      );
      expect(seqs[0]).toBe(1);
      expect(deaf.closeFrame()).toBeUndefined();
    },
    TEST_MS,
  );
});

/** The numbers of the events that came; answers, of which there are many and large ones, are not read. */
function seqsOf(raw: RawSocket): number[] {
  return raw.frames().flatMap(({ opcode, payload }) => {
    if (opcode !== OPCODE.text || !Buffer.from(payload.subarray(0, EVENT_HEAD.length)).equals(EVENT_HEAD))
      return [];
    const { seq } = JSON.parse(new TextDecoder().decode(payload)) as { seq?: number };
    return seq === undefined ? [] : [seq];
  });
}

const EVENT_HEAD = Buffer.from('{"type":"event"');

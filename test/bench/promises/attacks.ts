import {
  encodeFrame,
  type GatewayProcess,
  operatorConnect,
  RawSocket,
  spawnGateway,
  until,
} from "../../support/index.ts";
import type { Measured } from "../figures.ts";

/** How long a neighbour attacks. */
const ATTACK_MS = 5_000;

/** Its answer is far larger than the question. */
const LARGE_ANSWER = request("s", "config.schema");
const QUESTIONS_AT_ONCE = 50;

/** JSON that is no request, requests that are none of the protocol, and bytes that are no text. */
const GARBAGE: readonly Uint8Array[] = [
  encodeFrame("{".repeat(10_000)),
  encodeFrame(`{"type":"req","id":"g","method":"${"x".repeat(100_000)}"}`),
  encodeFrame(`{"type":"req","id":{},"method":["health"],"params":${"[".repeat(500)}${"]".repeat(500)}}`),
  encodeFrame(JSON.stringify(Array.from({ length: 10_000 }, () => ({ type: "req" })))),
  encodeFrame(`{"type":"res","id":"g","ok":true}`),
  encodeFrame("null"),
];
const GARBAGE_AT_ONCE = 100;

/** A neighbour that was cut off, or whose connection is full, is followed by the next one. */
const ROUNDS_EACH = 10;

/** The longest an operator waits for an answer while a neighbour does its worst. */
export async function attacks(): Promise<Measured> {
  const questions = Buffer.concat(Array.from({ length: QUESTIONS_AT_ONCE }, () => LARGE_ANSWER));
  const garbage = Buffer.concat(
    Array.from({ length: GARBAGE_AT_ONCE / GARBAGE.length }, () => GARBAGE).flat(),
  );
  return {
    "health-deaf": await worstHealth((neighbour) => {
      neighbour.pause();
      neighbour.write(questions);
    }),
    "health-garbage": await worstHealth((neighbour) => neighbour.write(garbage)),
  };
}

async function worstHealth(attack: (neighbour: RawSocket) => void): Promise<number> {
  await using gateway = await spawnGateway();
  await using operator = await gateway.operator();
  const end = performance.now() + ATTACK_MS;
  let worst = 0;
  while (performance.now() < end) {
    await using neighbour = await admitted(gateway);
    let gone = false;
    void neighbour.closed.then(() => (gone = true));
    for (let round = 0; round < ROUNDS_EACH && !gone; round += 1) {
      attack(neighbour);
      const asked = performance.now();
      await operator.call("health");
      worst = Math.max(worst, performance.now() - asked);
    }
  }
  return worst;
}

/** A client past `hello-ok`. */
async function admitted({ port, token }: GatewayProcess): Promise<RawSocket> {
  const socket = await RawSocket.open(port);
  socket.write(request("c", "connect", { ...operatorConnect(), auth: { token } }));
  await until("hello-ok", () => socket.text().includes('"hello-ok"'));
  return socket;
}

function request(id: string, method: string, params: object = {}): Uint8Array {
  return encodeFrame(JSON.stringify({ type: "req", id, method, params }));
}

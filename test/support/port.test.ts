import { expect, test } from "bun:test";
import { freePort } from "./port.ts";

/** Of 2,700 places: if nobody kept account, one would be told twice in 1,999 of 2,000 runs. */
const MANY = 200;

test("no port is told twice, and what a gateway takes beside its own is free as well", async () => {
  const ports: number[] = [];
  for (let count = 0; count < MANY; count += 1) ports.push(await freePort());
  expect(new Set(ports).size).toBe(MANY);
  for (const port of ports) {
    for (const above of [0, 2, 4]) {
      Bun.listen({ hostname: "127.0.0.1", port: port + above, socket: { data() {} } }).stop(true);
    }
  }
});

import { silentLogger } from "../../src/lib/logger.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { kvKey, openStore } from "../../src/store/index.ts";

/** Writes counting values for ever, and says each number on stdout once it is stored. */
const [path = "", from = "0"] = process.argv.slice(2);
const store = await openStore({ path, clock: systemClock, log: silentLogger });
for (let n = Number(from); ; n++) {
  await store.kv.set(
    kvKey(`test.n${n % 50}`, (value) => value),
    { n, filler: "x".repeat(n % 3_000) },
  );
  await store.idempotency.claim("send", `k${n}`);
  await store.idempotency.settle("send", `k${n}`, { ok: true, payload: n });
  await Bun.write(Bun.stdout, `${n}\n`);
}

import { expect, test } from "bun:test";
import { askLoopback } from "../../src/lib/loopback-http.ts";
import { within } from "../support/index.ts";

test.each([true, false])(
  "whoever takes a connection and says nothing is given up in time (TLS: %p)",
  async (tls) => {
    using mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const asked = askLoopback({ host: "127.0.0.1", port: mute.port, path: "/healthz", tls, timeoutMs: 200 });
    // Without a time-out of its own it would wait for ever.
    await expect(within("the end", asked)).rejects.toThrow("no answer within 200 ms");
  },
);

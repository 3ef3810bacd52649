import { expect, test } from "bun:test";
import { askLoopback } from "../../src/lib/loopback-http.ts";

test.each([true, false])(
  "whoever takes a connection and says nothing is given up in time (TLS: %p)",
  async (tls) => {
    using mute = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const began = performance.now();
    const asked = askLoopback({ host: "127.0.0.1", port: mute.port, path: "/healthz", tls, timeoutMs: 200 });
    expect(asked).rejects.toThrow("no answer within 200 ms");
    await asked.catch(() => {});
    expect(performance.now() - began).toBeLessThan(2_000);
  },
);

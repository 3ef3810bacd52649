import { expect, test } from "bun:test";
import { RawSocket, spawnGateway, within } from "../../support/index.ts";
import { tcp } from "./support/tcp.ts";

/** Slow enough to be no flood, quick enough never to look idle. */
const DRIP_MS = 200;

/** The runtime gives a request ten seconds; the drip would go on for as long as the test lets it. */
const CUT_PATIENCE_MS = 60_000;

test(
  "C18: headers and frames that trickle in do not hold a connection for long",
  async () => {
    await using gateway = await spawnGateway({ env: { OPENCLAW_HANDSHAKE_TIMEOUT_MS: "1000" } });
    const trickles = await Promise.all(
      Array.from({ length: 20 }, () => tcp(gateway.port, "GET /healthz HTTP/1.1\r\nHost: loc")),
    );
    const raw = await RawSocket.open(gateway.port);
    raw.write(Uint8Array.of(0x81, 0xfe, 0xff));
    const drip = setInterval(() => trickles.forEach((trickle) => trickle.write("a")), DRIP_MS);
    try {
      expect(
        await within(
          "the close of the half frame",
          raw.closed.then(() => raw.closeFrame()?.code),
        ),
      ).toBe(1000);
      await within(
        "the trickles to be cut",
        Promise.all(trickles.map(({ closed }) => closed)),
        CUT_PATIENCE_MS,
      );
    } finally {
      clearInterval(drip);
    }
  },
  2 * CUT_PATIENCE_MS,
);

import { expect, test } from "bun:test";
import { CdpConnection } from "../../src/browser/cdp/connection.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { within } from "../support/index.ts";

/** What answers at a DevTools address, and says this to the first command. */
function answering(frame: string) {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no")),
    websocket: { message: (socket) => void socket.send(frame) },
  });
}

test.each(["no JSON{", '{"method":"Target.attachedToTarget"}'])(
  "what says %s at a DevTools address is let go of, and nothing else comes to harm",
  async (frame) => {
    await using server = answering(frame);
    const connection = await CdpConnection.open(`ws://127.0.0.1:${server.port}/`, systemClock);
    connection.browser.on("Target.attachedToTarget", ({ targetInfo }) => targetInfo.targetId);
    const asked = connection.browser.send("Target.getTargets").catch(String);
    expect(await within("the end", connection.closed)).toContain("does not speak the protocol");
    expect(await within("the answer", asked)).toContain("does not speak the protocol");
  },
);

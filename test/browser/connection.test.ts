import { expect, test } from "bun:test";
import { CdpConnection } from "../../src/browser/cdp/connection.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { until } from "../support/index.ts";

/** Something that listens where a browser would, and says what it is told to. */
function browser(said: readonly string[]) {
  return Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no")),
    websocket: {
      message(socket) {
        for (const text of said) socket.send(text);
      },
    },
  });
}

const console = (value: string) =>
  JSON.stringify({
    method: "Runtime.consoleAPICalled",
    params: { type: "log", args: [{ type: "string", value }] },
  });

test("C18: what a page says by the megabyte is not read, what it says after it is", async () => {
  using server = browser([console("x".repeat(2 * 1_024 * 1_024)), console("short")]);
  const connection = await CdpConnection.open(`ws://127.0.0.1:${server.port}`, systemClock);
  const heard: unknown[] = [];
  connection.browser.on("Runtime.consoleAPICalled", ({ args }) => heard.push(args[0]?.value));
  void connection.browser.send("Runtime.enable").catch(() => undefined);
  await until("the short one", () => heard.length > 0);
  expect(heard).toEqual(["short"]);
  connection.close();
});

test("C18: a browser that talks nonsense loses its line, and nobody else anything", async () => {
  for (const nonsense of ["{not json", "[]", "1"]) {
    using server = browser([nonsense]);
    const connection = await CdpConnection.open(`ws://127.0.0.1:${server.port}`, systemClock);
    const asked = connection.browser.send("Runtime.enable").catch((error: unknown) => String(error));
    expect(await connection.closed).toContain("no message of DevTools");
    expect(await asked).toContain("no message of DevTools");
  }
});

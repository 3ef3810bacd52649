import { expect, test } from "bun:test";
import { once } from "node:events";
import { connect } from "node:net";
import { MAX_WAITING_FOR_NEXT } from "../../../src/gateway/limits.ts";
import { ListeningSockets } from "../../../src/gateway/wire/listening-sockets.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { ManualClock, until, within } from "../../support/index.ts";

test("what waits for the next gateway is bounded, and told to come again when there is none", async () => {
  const sockets = new ListeningSockets({ clock: new ManualClock(), log: silentLogger });
  sockets.listen({ port: 0, addresses: [{ host: "127.0.0.1", required: true }] });
  const extra = 20;
  const statuses: number[] = [];
  const gone = Array.from({ length: MAX_WAITING_FOR_NEXT + extra }, () => {
    const client = connect(sockets.port, "127.0.0.1", () =>
      client.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
    );
    client.once("data", (data) => void statuses.push(Number(data.toString("latin1").split(" ")[1])));
    client.on("error", () => {});
    return once(client, "close");
  });
  await until("those that are too many", () => statuses.length >= extra);
  expect([...new Set(statuses)]).toEqual([503]);
  expect(statuses.length).toBe(extra);
  await sockets.close();
  await within("all to be cut", Promise.all(gone));
  expect([...new Set(statuses)]).toEqual([503]);
});

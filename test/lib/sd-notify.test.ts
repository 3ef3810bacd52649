import { expect, test } from "bun:test";
import { openNotifier } from "../../src/lib/sd-notify.ts";
import { tempHome } from "../support/index.ts";
import { listenForDatagrams } from "./datagram-socket.ts";

test("lines arrive as one datagram at a socket that is a file", async () => {
  await using home = await tempHome();
  const path = home.at("notify");
  using socket = listenForDatagrams(path);
  expect(openNotifier(path).send("READY=1\nSTATUS=ready")).toBe(true);
  expect(socket.received()).toEqual(["READY=1\nSTATUS=ready"]);
});

test("lines arrive at a socket that has a name and no file", () => {
  const name = `@openclaw-test/${crypto.randomUUID()}`;
  using socket = listenForDatagrams(name);
  expect(openNotifier(name).send("STATUS=ä", { wait: false })).toBe(true);
  expect(socket.received()).toEqual(["STATUS=ä"]);
});

test("the longest path that a socket can have is used in full", async () => {
  await using home = await tempHome();
  const path = home.at("x".repeat(106 - home.path.length));
  using socket = listenForDatagrams(path);
  expect(openNotifier(path).send("READY=1")).toBe(true);
  expect(socket.received()).toEqual(["READY=1"]);
});

test("a manager that is gone or too busy to listen does not stop the sender", async () => {
  await using home = await tempHome();
  expect(openNotifier(home.at("nobody")).send("READY=1")).toBe(false);

  const path = home.at("busy");
  using _socket = listenForDatagrams(path);
  const notifier = openNotifier(path);
  const taken = Array.from({ length: 2_000 }, () => notifier.send("WATCHDOG=1", { wait: false }));
  expect(taken[0]).toBe(true);
  expect(taken.at(-1)).toBe(false);
});

test("an address that is no Unix socket is refused by name", () => {
  expect(() => openNotifier("vsock:2:1234")).toThrow("NOTIFY_SOCKET is no Unix socket: vsock:2:1234");
  expect(() => openNotifier(`/${"x".repeat(200)}`)).toThrow("NOTIFY_SOCKET is too long");
});

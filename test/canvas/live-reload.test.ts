import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdir, rm } from "node:fs/promises";
import { folderState } from "../../src/canvas/folder-state.ts";
import { MAX_LISTENERS } from "../../src/canvas/limits.ts";
import { LiveReload } from "../../src/canvas/live-reload.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { type TempHome, tempHome, until, within } from "../support/index.ts";

let home: TempHome;
let live: LiveReload;

beforeEach(async () => {
  home = await tempHome();
  live = new LiveReload({ clock: systemClock, log: silentLogger });
});

afterEach(async () => {
  live.stop();
  await home[Symbol.asyncDispose]();
});

/** What comes on a stream, piece by piece. */
async function listen(since?: string, signal = new AbortController().signal) {
  const root = home.at("canvas");
  const reader = live.stream(root, since ?? (await folderState(root)), signal).getReader();
  const heard = async (): Promise<string | undefined> => {
    const { value } = await within("something on the stream", reader.read());
    return value && new TextDecoder().decode(value);
  };
  expect(await heard()).toBe(": listening\n\n");
  return { heard, cancel: () => reader.cancel() };
}

test("a page is told of a file that is added, changed or removed, in a new folder too", async () => {
  await home.write("canvas/index.html", "1");
  const changes = [
    () => home.write("canvas/style.css", "a"),
    () => home.write("canvas/index.html", "23"),
    () => home.write("canvas/deep/er/new.js", "b"),
    () => home.write("canvas/deep/er/new.js", "bc"),
    () => rm(home.at("canvas", "style.css")),
  ];
  for (const change of changes) {
    const page = await listen();
    await change();
    expect(await page.heard()).toBe("data: changed\n\n");
    await page.cancel();
  }
});

test("a change between the reading of a page and its listening is not missed", async () => {
  await home.write("canvas/index.html", "1");
  const since = await folderState(home.at("canvas"));
  await home.write("canvas/index.html", "12");
  const page = await listen(since);
  expect(await page.heard()).toBe("data: changed\n\n");
});

test("a folder that is not there yet is made, and watched", async () => {
  const page = await listen();
  await until("the folder", () =>
    Bun.file(home.at("canvas"))
      .stat()
      .then(
        () => true,
        () => false,
      ),
  );
  await home.write("canvas/index.html", "1");
  expect(await page.heard()).toBe("data: changed\n\n");
});

test("streams end with their signal, with the host, and when too many listen", async () => {
  await mkdir(home.at("canvas"));
  const allowed = new AbortController();
  const first = await listen(undefined, allowed.signal);
  allowed.abort();
  expect(await first.heard()).toBeUndefined();
  expect(live.listeners).toBe(0);

  const oldest = await listen();
  for (let count = 0; count < MAX_LISTENERS; count++) await listen();
  expect(await oldest.heard()).toBeUndefined();
  expect(live.listeners).toBe(MAX_LISTENERS);

  const last = await listen();
  live.stop();
  expect(await last.heard()).toBeUndefined();
  expect(live.listeners).toBe(0);
});

test("the state of a folder is the same until something in it is not; hidden files do not count", async () => {
  await home.write("canvas/a/b.txt", "1");
  const root = home.at("canvas");
  const state = await folderState(root);
  await home.write("canvas/.cache/x", "1");
  expect(await folderState(root)).toBe(state);
  await home.write("canvas/a/b.txt", "2 ");
  expect(await folderState(root)).not.toBe(state);
  expect(await folderState(home.at("nowhere"))).toBeString();
});

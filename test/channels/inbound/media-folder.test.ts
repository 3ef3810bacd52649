import { expect, test } from "bun:test";
import { mkdir, open, readdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { MEDIA_CLEARED_AFTER_BYTES, MEDIA_KEPT_BYTES } from "../../../src/channels/inbound/limits.ts";
import { MediaFolder } from "../../../src/channels/inbound/media/media-folder.ts";
import { silentLogger } from "../../../src/lib/logger.ts";
import { ManualClock, tempHome } from "../../support/index.ts";

test("a flood of large files takes no more of the disk than is kept, whatever their number", async () => {
  await using home = await tempHome();
  const clock = new ManualClock(Date.now());
  const folder = new MediaFolder({ path: home.at("media"), clock, log: silentLogger });
  await mkdir(home.at("media", "chat"), { recursive: true });
  for (let index = 0; index < 20; index += 1) {
    // Holes take no room: only what the files say of their size counts here.
    await using file = await open(home.at("media", "chat", `${index}.bin`), "w");
    await file.truncate(Math.floor(MEDIA_KEPT_BYTES / 10));
    const time = clock.now() / 1_000 - 100 + index;
    await utimes(home.at("media", "chat", `${index}.bin`), time, time);
  }
  const half = { bytes: new Uint8Array(MEDIA_CLEARED_AFTER_BYTES / 2), mimeType: "application/x-y" };
  await folder.keep("agent:main:main", "first", half);
  await folder.keep("agent:main:main", "second", half);
  const names = await readdir(home.at("media"), { recursive: true });
  const stats = await Promise.all(names.map((name) => stat(join(home.at("media"), name))));
  const bytes = stats.filter((one) => one.isFile()).reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeLessThanOrEqual(MEDIA_KEPT_BYTES);
  // The newest stay.
  expect(names).toContain("chat/19.bin");
  expect(names).not.toContain("chat/0.bin");
});

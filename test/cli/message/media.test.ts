import { describe, expect, test } from "bun:test";
import { readdir, stat, utimes } from "node:fs/promises";
import { readEnv, resolvePaths } from "../../../src/config/index.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { randomIds } from "../../../src/lib/ids.ts";
import { lockGateway } from "../../../src/lib/locks/lock.ts";
import { cleanEnv } from "../../support/index.ts";
import { type AskedGateway, askedGateway, Refused, type Say } from "../asked.ts";

const SELF = { channel: "telegram", accountId: "default", entries: [] };
const SENT = { ok: true, messageId: "42" };

function world(act: Say = () => SENT, options: { readonly maxPayload?: number } = {}) {
  return askedGateway({ "channels.directory": () => SELF, "message.action": act }, options);
}

interface Attachment {
  readonly media: string;
  readonly fileName?: string;
}

function attachmentsIn(params: Record<string, unknown> | undefined): readonly Attachment[] {
  const inner = params?.params as { readonly attachments?: readonly Attachment[] } | undefined;
  return inner?.attachments ?? [];
}

/** As if the fake were the gateway of this home. */
function ownLock({ home, port }: AskedGateway) {
  const paths = resolvePaths(readEnv(cleanEnv(home.path)));
  return lockGateway({ ...paths, port, version: "1.2.3", clock: systemClock, ids: randomIds });
}

describe("files for the gateway of this state folder", () => {
  test("are copied into the folder that is open for it, and the copies go once they have arrived", async () => {
    let seen: { source: Attachment; text: string; mode: number } | undefined;
    await using gateway = await world((params) => {
      const [source] = attachmentsIn(params);
      // Looks at the copy, and is gone before it has answered.
      if (source) {
        void Promise.all([Bun.file(source.media).text(), stat(source.media)]).then(([text, { mode }]) => {
          seen = { source, text, mode: mode & 0o777 };
          gateway.drop();
        });
      }
      return undefined;
    });
    using _lock = await ownLock(gateway);
    const path = await gateway.home.write("notes/List.TXT", "milk");
    expect((await gateway.run(["message", "send", "-t", "777", "--media", path])).code).toBe(1);
    const folder = gateway.home.at(".openclaw/media/outbound");
    expect(seen).toEqual({
      source: { media: expect.stringMatching(/\.txt$/), fileName: "List.TXT" },
      text: "milk",
      mode: 0o600,
    });
    expect(seen?.source.media).toStartWith(folder);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    // Nobody said that it has arrived, so it may still be sent.
    expect(await readdir(folder)).toHaveLength(1);
  });

  test("are kept when they were not sent, and gone when they were", async () => {
    let answer: unknown = new Refused("Not delivered yet.", { deliveryStatus: "queued", queueId: "out-1" });
    await using gateway = await world(() => answer);
    using _lock = await ownLock(gateway);
    const path = await gateway.home.write("a.txt", "milk");
    const folder = gateway.home.at(".openclaw/media/outbound");
    expect((await gateway.run(["message", "send", "-t", "777", "--media", path])).code).toBe(1);
    expect(await readdir(folder)).toHaveLength(1);
    answer = SENT;
    expect((await gateway.run(["message", "send", "-t", "777", "--media", path])).code).toBe(0);
    expect(await readdir(folder)).toHaveLength(1);
  });

  test("that nobody sent for a month are removed", async () => {
    await using gateway = await world();
    using _lock = await ownLock(gateway);
    const old = await gateway.home.write(".openclaw/media/outbound/old.txt", "x");
    const month = Date.now() / 1_000 - 31 * 24 * 3_600;
    await utimes(old, month, month);
    const path = await gateway.home.write("a.txt", "milk");
    expect((await gateway.run(["message", "send", "-t", "777", "--media", path])).code).toBe(0);
    expect(await readdir(gateway.home.at(".openclaw/media/outbound"))).toEqual([]);
  });

  test("a dry run names the file as the person did", async () => {
    await using gateway = await world((params) => ({
      channel: "telegram",
      to: "telegram:777",
      via: "direct",
      mediaUrl: attachmentsIn(params)[0]?.media,
      dryRun: true,
    }));
    using _lock = await ownLock(gateway);
    const path = await gateway.home.write("a.txt", "milk");
    const { out } = await gateway.json(["message", "send", "-t", "777", "--media", path, "--dry-run"]);
    expect(out).toMatchObject({ payload: { mediaUrl: path } });
  });
});

describe("files for a gateway elsewhere", () => {
  test("go along as bytes, in order, beside addresses that it fetches itself", async () => {
    await using gateway = await world();
    const path = await gateway.home.write("a.txt", "milk");
    const argv = ["send", "-t", "777", "--media", path, "--media", "https://example.com/b.png"];
    expect((await gateway.run(["message", ...argv])).code).toBe(0);
    expect(attachmentsIn(gateway.asked.at(-1)?.params)).toEqual([
      { media: `data:text/plain;base64,${btoa("milk")}`, fileName: "a.txt" },
      { media: "https://example.com/b.png" },
    ]);
  });

  test("are refused when one request cannot hold them, with what to do instead", async () => {
    await using gateway = await world(() => SENT, { maxPayload: 3 * 1024 * 1024 });
    const path = await gateway.home.write("big.bin", "x".repeat(1024 * 1024));
    const { code, stderr } = await gateway.run(["message", "send", "-t", "777", "--media", path]);
    expect(code).toBe(1);
    expect(stderr).toStartWith(
      "1 file of 1.0 MB: a gateway elsewhere takes at most 768 KB in one request.\n",
    );
    expect(gateway.asked.some(({ method }) => method === "message.action")).toBe(false);
  });

  test.each([
    ["nosuch.png", "There is no file nosuch.png."],
    [".", ". is not a file."],
    ["file:///nosuch.png", "There is no file file:///nosuch.png."],
  ])("%s is refused", async (source, words) => {
    await using gateway = await world();
    const { code, stderr } = await gateway.run(["message", "send", "-t", "777", "--media", source]);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
  });
});

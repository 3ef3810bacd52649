import { describe, expect, test } from "bun:test";
import { AddressPolicy } from "../../src/browser/guard/address-policy.ts";
import { openDoor } from "../../src/browser/guard/door.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { connect, type Socket } from "node:net";
import { once } from "node:events";

const NAMES: Readonly<Record<string, readonly string[]>> = {
  "public.test": ["93.184.216.34"],
  "inside.test": ["10.0.0.5"],
  "both.test": ["93.184.216.34", "127.0.0.1"],
  "bench.test": ["198.18.0.7"],
  "unique.test": ["fd00::7"],
};

function policy(rules?: ConstructorParameters<typeof AddressPolicy>[0]): AddressPolicy {
  return new AddressPolicy(rules, async (host) => NAMES[host] ?? []);
}

const BLOCKED = { status: 403, facts: { reason: "navigation_blocked" } };

describe("addresses of pages", () => {
  test.each(["https://public.test/x", "http://93.184.216.34/", "about:blank"])(
    "%s may be opened",
    async (url) => {
      expect(await policy().check(url)).toBeUndefined();
    },
  );

  test.each([
    "http://inside.test/",
    "http://both.test/",
    "http://localhost/",
    "http://printer.local/",
    "http://127.0.0.1/",
    "http://0x7f.1/",
    "http://[::ffff:10.0.0.1]/",
    "http://bench.test/",
    "http://unique.test/",
    "ftp://public.test/",
    "data:text/html,x",
  ])("SSRF: %s may not", async (url) => {
    expect(policy().check(url)).rejects.toMatchObject(BLOCKED);
  });

  test("each key of the policy opens what it says, and a blocked host stays blocked", async () => {
    await policy({ allowedHostnames: ["inside.test"] }).check("http://inside.test/");
    await policy({ allowedHostnames: ["*.test"] }).check("http://inside.test/");
    await policy({ allowRfc2544BenchmarkRange: true }).check("http://bench.test/");
    await policy({ allowIpv6UniqueLocalRange: true }).check("http://unique.test/");
    const open = { dangerouslyAllowPrivateNetwork: true, blockedHostnames: ["inside.test"] };
    // It is judged to be open, and has no address here.
    expect(policy(open).check("http://localhost/")).rejects.toMatchObject({ status: 503 });
    expect(policy(open).check("http://inside.test/")).rejects.toMatchObject(BLOCKED);
    expect(policy({ allowedHostnames: ["public.test"] }).check("http://inside.test/")).rejects.toMatchObject(
      BLOCKED,
    );
  });
});

describe("the door of a browser", () => {
  /** Asks the door for a connection as a browser does; answers its code. */
  async function through(url: string, host: string, port: number): Promise<{ code: number; socket: Socket }> {
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(url).port) });
    await once(socket, "connect");
    socket.write(Buffer.from([5, 1, 0]));
    await once(socket, "data");
    const to = Buffer.alloc(2);
    to.writeUInt16BE(port);
    socket.write(Buffer.concat([Buffer.from([5, 1, 0, 3, host.length]), Buffer.from(host), to]));
    const [answer] = await once(socket, "data");
    return { code: answer instanceof Buffer ? (answer[1] ?? -1) : -1, socket };
  }

  test("C3: a name that leads inside the second time it is looked up is not followed there", async () => {
    const answers = [["93.184.216.34"], ["127.0.0.1"]];
    const flips = new AddressPolicy(undefined, async () => answers.shift() ?? ["127.0.0.1"]);
    await flips.check("http://flip.test/");
    await using door = await openDoor(() => flips, silentLogger);
    const { code, socket } = await through(door.url, "flip.test", 80);
    expect(code).toBe(2);
    socket.destroy();
  });

  test("what is allowed is connected to the address that was judged", async () => {
    using site = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("reached") });
    const local = new AddressPolicy({ allowedHostnames: ["site.test"] }, async () => ["127.0.0.1"]);
    await using door = await openDoor(() => local, silentLogger);
    const { code, socket } = await through(door.url, "site.test", site.port ?? 0);
    expect(code).toBe(0);
    socket.write("GET / HTTP/1.0\r\nHost: site.test\r\n\r\n");
    let text = "";
    socket.on("data", (data) => (text += data.toString()));
    await once(socket, "close");
    expect(text).toContain("reached");
  });

  test("what does not speak the protocol is hung up on", async () => {
    await using door = await openDoor(() => policy(), silentLogger);
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(door.url).port) });
    socket.on("error", () => {});
    socket.write("GET / HTTP/1.1\r\n\r\n".repeat(40));
    await once(socket, "close");
  });
});

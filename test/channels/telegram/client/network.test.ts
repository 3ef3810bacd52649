import { expect, test } from "bun:test";
import { openNetwork } from "../../../../src/channels/telegram/client/network.ts";
import { telegramClient } from "../../../../src/channels/telegram/client/index.ts";
import { systemClock } from "../../../../src/lib/clock.ts";
import { Egress } from "../../../../src/lib/egress/index.ts";
import { sequentialIds } from "../../../../src/lib/ids.ts";
import { SELF, tinyBotApi, TOKEN } from "../bot-api.ts";

const PUBLIC = "https://api.telegram.org";
const egress = () => new Egress({ clock: systemClock });

test("a server the owner names may be anywhere, the public one only where the owner says so", async () => {
  const trusted = async (settings: Parameters<typeof openNetwork>[1]) => {
    await using network = await openNetwork(egress(), settings, sequentialIds());
    return network.policy.trusted;
  };
  expect(await trusted({ apiRoot: PUBLIC })).toBeUndefined();
  expect(await trusted({ apiRoot: "http://10.0.0.5:8081/sub" })).toEqual(["http://10.0.0.5:8081"]);
  expect(await trusted({ apiRoot: PUBLIC, network: { dangerouslyAllowPrivateNetwork: true } })).toEqual([
    PUBLIC,
  ]);
  expect(await trusted({ apiRoot: PUBLIC, proxy: "http://p.example:3128" })).toEqual([PUBLIC]);
});

test("calls of an account go through its own proxy, whatever the environment says", async () => {
  const seen: string[] = [];
  const proxy = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      seen.push(`${request.headers.get("host")} ${new URL(request.url).pathname.replace(TOKEN, "<token>")}`);
      return Response.json({ ok: true, result: SELF });
    },
  });
  const apiRoot = "http://bot-api.example:8081";
  const elsewhere = { http: "http://127.0.0.1:1", https: "http://127.0.0.1:1", noProxy: ["*"] };
  const settings = { apiRoot, proxy: `http://127.0.0.1:${proxy.port}` };
  const around = egress().with({ proxy: elsewhere });
  await using network = await openNetwork(around, settings, sequentialIds());
  const client = await telegramClient({ token: TOKEN, apiRoot, clock: systemClock, ...network });
  expect((await client.call("getMe", {})).id).toBe(SELF.id);
  expect(seen).toEqual(["bot-api.example:8081 /bot<token>/getMe"]);
  await proxy.stop(true);
});

test("without a proxy of its own an account takes the way of the rest", async () => {
  await using api = tinyBotApi(() => undefined);
  await using network = await openNetwork(egress(), { apiRoot: api.root }, sequentialIds());
  const client = await telegramClient({ token: TOKEN, apiRoot: api.root, clock: systemClock, ...network });
  await client.call("getMe", {});
  expect(api.names()).toEqual(["getMe"]);
});

test("a SOCKS proxy gets a door that is closed with the network", async () => {
  const network = await openNetwork(
    egress(),
    { apiRoot: PUBLIC, proxy: "socks5://127.0.0.1:1" },
    sequentialIds(),
  );
  const client = await telegramClient({ token: TOKEN, apiRoot: PUBLIC, clock: systemClock, ...network });
  const error: unknown = await client.call("getMe", {}).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ failure: "busy", trouble: "unreached" });
  await network[Symbol.asyncDispose]();
});

import { expect, test } from "bun:test";
import { networkInterfaces } from "node:os";
import {
  freePort,
  runOpenclaw,
  spawnGateway,
  type TempHome,
  tempHome,
  WireClient,
} from "../../support/index.ts";
import { startProgram } from "../program.ts";

const TOKEN = { OPENCLAW_GATEWAY_TOKEN: "bind-token" };
const HAS_IPV6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === "::1"),
);

/** The start lines of a gateway that came up with these flags. */
async function listening(home: TempHome, args: readonly string[]): Promise<string> {
  const port = await freePort();
  await using gateway = await startProgram(
    ["gateway", "--allow-unconfigured", "--port", String(port), ...args],
    { home, env: TOKEN },
  );
  await gateway.said(/\bready\b/);
  return gateway.output().replaceAll(String(port), "PORT");
}

test("by default only this machine can reach the port, over IPv4 and IPv6 (seed 74)", async () => {
  await using gateway = await spawnGateway();
  const answers = async (host: string) =>
    (await fetch(`http://${host}:${gateway.port}/healthz`).catch(() => undefined))?.status;
  expect(await answers("127.0.0.1")).toBe(200);
  if (HAS_IPV6) expect(await answers("[::1]")).toBe(200);
  for (const list of Object.values(networkInterfaces())) {
    for (const { address, family, internal } of list ?? []) {
      if (!internal && family === "IPv4") expect(await answers(address)).toBeUndefined();
    }
  }
});

test("the bind is the flag's, else the configuration's, else loopback (seed 73)", async () => {
  await using home = await tempHome();
  expect(await listening(home, [])).toContain("listening on ws://127.0.0.1:PORT");
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", bind: "lan" } });
  expect(await listening(home, [])).toContain("listening on ws://0.0.0.0:PORT");
  expect(await listening(home, ["--bind", "loopback"])).toContain("listening on ws://127.0.0.1:PORT");
});

test("--bind lan with a token listens on every address (seed 18)", async () => {
  await using home = await tempHome();
  expect(await listening(home, ["--bind", "lan"])).toContain("listening on ws://0.0.0.0:PORT");
});

// Elsewhere 127.0.0.1 is the only loopback address that is there without being set up.
if (process.platform === "linux") {
  test("--bind custom listens on the configured address and on loopback (seed 18)", async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", customBindHost: "127.0.0.2" } });
    const output = await listening(home, ["--bind", "custom"]);
    expect(output).toContain("ws://127.0.0.2:PORT");
    expect(output).toContain("ws://127.0.0.1:PORT");
  });
}

test("--bind custom without an address is refused with the key to set (seed 18)", async () => {
  await using home = await tempHome();
  const { code, stderr } = await runOpenclaw(["gateway", "--allow-unconfigured", "--bind", "custom"], {
    home: home.path,
    env: TOKEN,
  });
  expect(code).toBe(78);
  expect(stderr).toContain("gateway.customBindHost");
});

test("--bind tailnet without a tailnet address stays on loopback and says so (seed 18)", async () => {
  await using home = await tempHome();
  const output = await listening(home, ["--bind", "tailnet"]);
  expect(output).toContain("listening on ws://127.0.0.1:PORT");
  expect(output).toContain("no tailnet address on this machine: listening on loopback only");
});

test("--bind auto says where it listens (seed 18)", async () => {
  await using home = await tempHome();
  expect(await listening(home, ["--bind", "auto"])).toMatch(
    /listening on ws:\/\/(127\.0\.0\.1|0\.0\.0\.0):PORT/,
  );
});

test("a bind beyond loopback without auth is refused with 78 and both texts (seed 68)", async () => {
  await using home = await tempHome();
  await home.write(".openclaw/openclaw.json", { gateway: { mode: "local", auth: { mode: "none" } } });
  for (const bind of ["lan", "custom"]) {
    await home.write(".openclaw/openclaw.json", {
      gateway: { mode: "local", customBindHost: "192.0.2.7", auth: { mode: "none" } },
    });
    const { code, stderr } = await runOpenclaw(["gateway", "--bind", bind], { home: home.path });
    expect(code).toBe(78);
    expect(stderr).toContain(`Refusing to bind gateway to ${bind} without auth.`);
    expect(stderr).toMatch(/refusing to bind gateway to (0\.0\.0\.0|192\.0\.2\.7):18789 without auth/);
  }
});

test("a bind beyond loopback serves browsers of this machine at the effective port, unsaved (seeds 77, 78)", async () => {
  await using home = await tempHome();
  const file = await home.write(".openclaw/openclaw.json", { gateway: { mode: "local" } });
  const before = await Bun.file(file).text();
  await using gateway = await spawnGateway({ home, args: ["--bind", "lan"] });
  const from = async (origin: string) => {
    const client = await WireClient.open(gateway.wsUrl, { headers: { Origin: origin } });
    const answer = await client.connect({
      client: { id: "openclaw-control-ui", version: "1", platform: "web", mode: "webchat" },
      auth: { token: gateway.token },
      scopes: ["operator.read"],
    });
    await client[Symbol.asyncDispose]();
    return answer.error?.details?.code;
  };
  for (const host of ["localhost", "127.0.0.1"]) {
    expect(await from(`http://${host}:${gateway.port}`)).not.toBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
  }
  expect(await from("https://elsewhere.example")).toBe("CONTROL_UI_ORIGIN_NOT_ALLOWED");
  expect(await Bun.file(file).text()).toBe(before);
});

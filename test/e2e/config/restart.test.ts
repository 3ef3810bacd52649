import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect } from "node:tls";
import { makeSelfSigned } from "../../../src/gateway/start/tls/self-signed.ts";
import { freePort, spawnGateway, type TempHome, tempHome, until, WireClient } from "../../support/index.ts";
import { startProgram } from "../program.ts";

const FILE = ".openclaw/openclaw.json";
const TOKEN = "restart-token-0123456789";
const HEADERS = { authorization: `Bearer ${TOKEN}` };
const READY = /\bready\b/g;

/** How much is asked of each gateway before it has to go. */
const ANSWERS_EACH = 20;

const base = (port: number) => ({ mode: "local", port, auth: { token: TOKEN }, reload: { debounceMs: 20 } });

async function running(home: TempHome, gateway: object = {}) {
  const port = await freePort();
  const edit = (change: object, rest: object = {}) =>
    home.write(FILE, { ...rest, gateway: { ...base(port), ...gateway, ...change } });
  await edit({});
  const program = await startProgram(["gateway"], { home });
  await program.said(/\bready\b/);
  const starts = () => [...program.output().matchAll(READY)].length;
  return { ...program, port, edit, starts };
}

/** The common name of the certificate that a new connection is shown. */
function certificate(port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false }, () => {
    const { CN } = socket.getPeerCertificate().subject;
    resolve(Array.isArray(CN) ? CN.join() : CN);
    socket.destroy();
  });
  socket.on("error", reject);
  return promise;
}

test("B14: the port is never let go of: requests and upgrades that come during restarts are answered by the next gateway", async () => {
  await using gateway = await spawnGateway({ token: TOKEN });
  let stop = false;
  let answered = 0;
  const failures: string[] = [];
  const asking = async (path: string, keepalive: boolean) => {
    while (!stop) {
      const response = await fetch(`${gateway.httpUrl}${path}`, { headers: HEADERS, keepalive }).catch(
        String,
      );
      if (typeof response === "string" || response.status !== 200) {
        failures.push(typeof response === "string" ? response : `${path}: ${response.status}`);
      } else answered += 1;
      if (typeof response !== "string") await response.text();
    }
  };
  const connecting = async () => {
    while (!stop) {
      const client = await WireClient.open(gateway.wsUrl).catch(String);
      if (typeof client === "string") failures.push(client);
      else await client.close();
    }
  };
  const loops = [
    asking("/healthz", false),
    asking("/v1/models", false),
    asking("/v1/models", true),
    connecting(),
  ];
  for (let restarts = 1; restarts <= 5; restarts += 1) {
    gateway.signal("SIGUSR1");
    await until("the next start", () => [...gateway.output().matchAll(READY)].length > restarts);
    const before = answered;
    await until("it to answer", () => answered > before + ANSWERS_EACH);
  }
  stop = true;
  await Promise.all(loops);
  expect(failures).toEqual([]);
});

test("a wider bind on the same port, and back: same process, and the lock names the port (seed 34)", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  const local = `http://127.0.0.1:${gateway.port}/healthz`;
  await gateway.edit({ bind: "lan" });
  await until("the second start", () => gateway.starts() === 2);
  expect(gateway.output()).toContain("listening on ws://0.0.0.0:");
  expect((await fetch(local)).status).toBe(200);
  expect((await fetch(local.replace("127.0.0.1", "127.0.0.2"))).status).toBe(200);
  const port = await freePort();
  await gateway.edit({ port, bind: "loopback", reload: { debounceMs: 20, mode: "off" } });
  await gateway.said("off mode ignoring");
  gateway.signal("SIGUSR2");
  await until("the third start", () => gateway.starts() === 3);
  expect((await fetch(local.replace(String(gateway.port), String(port)))).status).toBe(200);
  expect(await fetch(local).catch(() => "refused")).toBe("refused");
  const lock = home.at(`.openclaw/tmp/openclaw-${process.getuid?.() ?? 0}/gateway.state.lock`);
  expect(JSON.parse(readFileSync(lock, "utf8"))).toMatchObject({ pid: gateway.pid, port });
});

test("a renewed certificate is taken without a restart, half a pair changes nothing, and who is connected stays", async () => {
  await using home = await tempHome();
  const write = async (part: "cert" | "key", text: string) => home.write(`tls/${part}.pem`, text);
  const [first, second] = [makeSelfSigned("first.example", 2), makeSelfSigned("second.example", 2)];
  const tls = {
    enabled: true,
    certPath: await write("cert", first.cert),
    keyPath: await write("key", first.key),
  };
  await using gateway = await running(home, { tls });
  expect(await certificate(gateway.port)).toBe("first.example");
  const url = `wss://127.0.0.1:${gateway.port}/`;
  const socket = new WebSocket(url, { tls: { rejectUnauthorized: false } });
  const opened = Promise.withResolvers<void>();
  socket.addEventListener("open", () => opened.resolve());
  await opened.promise;
  await write("cert", second.cert);
  await gateway.said("TLS certificate not reloaded; the one from before stays in use");
  expect(await certificate(gateway.port)).toBe("first.example");
  await write("key", second.key);
  await gateway.said("TLS certificate reloaded");
  expect(await certificate(gateway.port)).toBe("second.example");
  expect(socket.readyState).toBe(WebSocket.OPEN);
  expect(gateway.starts()).toBe(1);
  socket.close();
}, 20_000);

test("TLS switched on for the same port: the next gateway has it; a key that is none is refused and nothing changes", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  const bad = await home.write("bad.pem", "no key");
  await gateway.edit({ tls: { enabled: true, certPath: bad, keyPath: bad } });
  await gateway.said(/restart given up.*bad\.pem is not in PEM form/);
  expect((await fetch(`http://127.0.0.1:${gateway.port}/healthz`)).status).toBe(200);
  await gateway.edit({ tls: { enabled: true } });
  await gateway.said(`listening on wss://127.0.0.1:${gateway.port}`);
  expect(await certificate(gateway.port)).not.toBe("");
});

test("gateway.mode taken away while it runs: a restart is refused with the reason, and the gateway goes on", async () => {
  await using home = await tempHome();
  await using gateway = await running(home);
  await home.write(FILE, { gateway: { ...base(gateway.port), mode: undefined } });
  await gateway.said("restart given up; the gateway carries on as it is: Gateway start blocked");
  gateway.signal("SIGUSR1");
  await until("the second refusal", () => gateway.output().split("restart given up").length === 3);
  expect((await fetch(`http://127.0.0.1:${gateway.port}/readyz`)).status).toBe(200);
});

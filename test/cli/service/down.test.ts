import { expect, test } from "bun:test";
import { tempHome, within } from "../../support/index.ts";
import { cli, NOBODYS_PORT } from "../in-process.ts";
import { ASKING_CONFIG, askingCommands, NEEDS, NEEDS_URL, REFUSED_BEFORE, TELL_ANYWAY } from "./asking.ts";

/** A time-out far past the ten seconds that these tests wait: whoever waits it out is not there in time. */
const LONG_TIMEOUT = ["--timeout", "60000"];

const COMMANDS = askingCommands();

test("every command that asks the gateway is known here", () => {
  expect(COMMANDS.length).toBeGreaterThan(60);
  expect(Object.keys(NEEDS).filter((name) => !COMMANDS.some((one) => one.name === name))).toEqual([]);
});

for (const { name, argv } of COMMANDS) {
  test(`seed 102: with the gateway down, ${name} says so without waiting its time-out out`, async () => {
    await using home = await tempHome();
    await home.write(".openclaw/openclaw.json", ASKING_CONFIG);
    const port = NOBODYS_PORT;
    const world = { home: home.path, env: { A_KEY: "sk-test", PATH: "/usr/bin:/bin" } };
    const target = NEEDS_URL.includes(name)
      ? ["--url", `ws://127.0.0.1:${port}`, "--token", "s3cret"]
      : ["--port", String(port)];
    const run = cli([...argv, ...target, ...LONG_TIMEOUT, "--json"], world);
    const { code, stdout, stderr } = await within("the answer", run);
    // A stream tells failures beside its records.
    if (!REFUSED_BEFORE.includes(name))
      expect(name === "logs" ? stderr : stdout).toMatch(/ECONNREFUSED|[Nn]ot reachable|No gateway answered/);
    expect(code).toBe(TELL_ANYWAY.includes(name) ? 0 : 1);
    if (name !== "logs") expect(() => JSON.parse(stdout)).not.toThrow();
  });
}

/** A few of each family; all of them share the connection. */
const SAMPLE = COMMANDS.filter(({ name }) =>
  /^(?:health|gateway health|gateway call|sessions list|message send|nodes list|devices list|system presence|secrets reload)$/.test(
    name,
  ),
);

/** Patience that commands are given with a port that says nothing, in ms; their own is ten seconds and more. */
const SHORT_TIMEOUT = ["--timeout", "300"];

for (const { name, argv } of SAMPLE) {
  test(`a port that takes connections and says nothing holds ${name} no longer than its --timeout`, async () => {
    await using home = await tempHome();
    using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const target = ["--port", String(silent.port), ...SHORT_TIMEOUT];
    const run = cli([...argv, ...target, "--json"], { home: home.path });
    const { code, stdout } = await within("the answer", run);
    expect([code, JSON.parse(stdout).error.kind]).toEqual([1, "timeout"]);
  });

  test(`a server that is no gateway is told from one that is down by ${name}, at once`, async () => {
    await using home = await tempHome();
    using server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => new Response("no", { status: 503 }),
    });
    const target = ["--port", String(server.port), ...LONG_TIMEOUT];
    const run = cli([...argv, ...target, "--json"], { home: home.path });
    const { code, stdout } = await within("the answer", run);
    expect(code).toBe(1);
    expect(JSON.parse(stdout).error).toMatchObject({ type: "gateway_transport_error" });
    expect(stdout).not.toContain("ECONNREFUSED");
  });
}

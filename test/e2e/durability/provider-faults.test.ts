import { afterAll, beforeAll, expect, test } from "bun:test";
import { FakeModelProvider, say, spoken } from "../../fakes/model-provider/index.ts";
import { scenarioReply } from "../../fakes/model-provider/scenarios.ts";
import { type GatewayProcess, spawnGateway, tempHome, type TempHome, until } from "../../support/index.ts";
import { mockConfig, objectOf } from "../turns/support/index.ts";

interface Fault {
  /** What the fake is told to do; see its scenarios. */
  readonly says: string;
  /** What is answered, or in the error. */
  readonly told: string | RegExp;
  /** Status over HTTP; 200 is an answer. */
  readonly http: number;
  /** Model calls of one turn. */
  readonly calls?: number;
}

const FAULTS: readonly Fault[] = [
  { says: "ERROR 400 now", told: /did not take the request \(HTTP 400\)/, http: 400 },
  { says: "ERROR 401 now", told: /credential was refused \(HTTP 401\).*openclaw models status/, http: 401 },
  { says: "ERROR 403 now", told: /HTTP 403/, http: 403 },
  { says: "ERROR 404 now", told: /HTTP 404/, http: 404 },
  { says: "ERROR 429 quota", told: /no credit.*\/model/, http: 429 },
  { says: "OVERFLOW now", told: /longer than it can read.*\/compact/, http: 400 },
  { says: "MALFORMED html", told: /web page, not with an API; check its baseUrl/, http: 400 },
  { says: "MALFORMED empty", told: "Hello from the mock model.", http: 200, calls: 2 },
  { says: "LENGTH now", told: "Cut short by the token", http: 200 },
  { says: "NOUSAGE now", told: "Hello from the mock model.", http: 200 },
  { says: "COMMENTS now", told: "Hello from the mock model.", http: 200 },
  { says: "LATE 300 now", told: "Hello from the mock model.", http: 200 },
  // What passes is tried again.
  { says: "ONCE ERROR 429", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE ERROR 500", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE ERROR 503", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE ERROR 529", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE ERROR 529 midway", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE CUT connect", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE CUT early", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE CUT middle", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE MALFORMED json", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE MALFORMED utf8", told: "Recovered", http: 200, calls: 2 },
  { says: "ONCE MALFORMED done", told: "Recovered", http: 200, calls: 2 },
];

/** A provider for each fault and way, since a credential that was refused rests for a while. */
const providerOf = (index: number, way: "ws" | "http") => `${way}${index}`;

let fake: FakeModelProvider;
let home: TempHome;
let gateway: GatewayProcess;

beforeAll(async () => {
  fake = await FakeModelProvider.start();
  // ONCE <scenario>: that, and at the next try an answer.
  const seen = new Set<string>();
  fake.on((request) => {
    const [, scenario] = /^ONCE (.*)/s.exec(spoken(request.userText)) ?? [];
    if (scenario === undefined) return undefined;
    const key = `${request.apiKey} ${scenario}`;
    if (seen.has(key)) return say("Recovered");
    seen.add(key);
    return scenarioReply(Object.create(request, { userText: { value: scenario } }), { paceMs: 0 });
  });
  home = await tempHome();
  const providers = FAULTS.flatMap((_, index) =>
    (["ws", "http"] as const).map((way) => {
      const id = providerOf(index, way);
      return [id, fake.providerConfig("openai-completions", { apiKey: `key-${id}` })] as const;
    }),
  );
  const config = mockConfig(fake);
  await home.write(".openclaw/openclaw.json", {
    ...config,
    models: {
      providers: { ...objectOf(objectOf(config.models).providers), ...Object.fromEntries(providers) },
    },
  });
  gateway = await spawnGateway({ home });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await fake.stop();
  await home[Symbol.asyncDispose]();
});

const callsWith = (provider: string) =>
  fake.requests.filter(({ apiKey }) => apiKey === `key-${provider}`).length;

for (const [index, { says, told, http, calls = 1 }] of FAULTS.entries()) {
  test.concurrent(`${says}: the caller is told, and the next turn works`, async () => {
    const client = await gateway.operator();
    const provider = providerOf(index, "ws");
    const sessionKey = `agent:main:fault-${index}`;
    const say = (runId: string, message: string, model: string) =>
      client.call("agent", { sessionKey, message, model, idempotencyKey: runId });
    expect(await say(`fault-${index}`, says, `${provider}/mock-1`)).toMatchObject({ status: "accepted" });
    const ended = objectOf(await client.call("agent.wait", { runId: `fault-${index}` }));
    if (http === 200) expect(objectOf(ended.terminalReply).text).toBe(told);
    else expect(ended.error).toMatch(told);
    expect(ended.status).toBe(http === 200 ? "ok" : "error");
    expect(callsWith(provider)).toBe(calls);
    const last = client.frames
      .filter(({ event, payload }) => event === "chat" && objectOf(payload).runId === `fault-${index}`)
      .map(({ payload }) => objectOf(payload).state)
      .filter((state) => state !== "delta" && state !== "status");
    expect(last).toEqual([http === 200 ? "final" : "error"]);
    await say(`next-${index}`, "ECHO still here", "mock/mock-1");
    expect(await client.call("agent.wait", { runId: `next-${index}` })).toMatchObject({
      terminalReply: { text: "still here" },
    });
    await client.close();
  });

  test.concurrent(`${says}: over HTTP it is ${http}`, async () => {
    const provider = providerOf(index, "http");
    const response = await fetch(`${gateway.httpUrl}/v1/chat/completions`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${gateway.token}`,
        "content-type": "application/json",
        "x-openclaw-model": `${provider}/mock-1`,
      },
      body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: says }] }),
    });
    expect(response.status).toBe(http);
    const body = (await response.json()) as {
      choices?: [{ message: { content: string } }];
      error?: { message: string };
    };
    if (http === 200) expect(body.choices?.[0].message.content).toBe(String(told));
    else expect(body.error?.message).not.toBe("");
    expect(callsWith(provider)).toBe(calls);
  });
}

test("a provider that says nothing more is ended by the run's time, and by the leaving of an HTTP caller", async () => {
  const client = await gateway.operator();
  const params = {
    sessionKey: "agent:main:silent",
    message: "STALL middle",
    timeout: 1,
    idempotencyKey: "silent",
  };
  await client.call("agent", params);
  expect(await client.call("agent.wait", { runId: "silent" })).toMatchObject({
    status: "timeout",
    timeoutPhase: "provider",
  });
  const leaving = new AbortController();
  const left = fetch(`${gateway.httpUrl}/v1/chat/completions`, {
    method: "POST",
    signal: leaving.signal,
    headers: { authorization: `Bearer ${gateway.token}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "openclaw", messages: [{ role: "user", content: "HANG left alone" }] }),
  });
  const request = await fake.request("the call", ({ userText }) => userText.includes("left alone"));
  leaving.abort();
  await expect(left).rejects.toThrow();
  expect(await request.outcome).toBe("hung-up");
  await client.close();
});

test("nothing is at work when all of that is over", async () => {
  const client = await gateway.operator();
  // The run of a caller who left ends a moment after its model call.
  const counts = await until("the last run to be over", async () => {
    const { safe, counts } = objectOf(await client.call("gateway.restart.preflight", {}));
    return safe === true && counts;
  });
  expect(counts).toMatchObject({ embeddedRuns: 0, totalActive: 0 });
  await client.close();
});

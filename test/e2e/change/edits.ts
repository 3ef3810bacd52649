type Json = Readonly<Record<string, unknown>>;

/** One change of the configuration, and what is to come of it. */
export interface Edit {
  readonly name: string;
  /** `refused`: the file is none. `unfit`: a configuration no gateway could run on, which only the gateway knows. */
  readonly outcome: "applied" | "refused" | "unfit";
  /** The new document, made from the last good one. */
  readonly text: (good: Json) => string;
}

/** A repeatable stream of numbers between 0 and 1. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function merged(base: unknown, patch: unknown): unknown {
  if (!isObject(base) || !isObject(patch)) return patch;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}

/** As the gateway was first given it: a document that is half as long would be taken for an accident. */
export const print = (config: unknown): string => JSON.stringify(config, null, 2);

type Draw = (below: number) => number;

const pick = <T>(draw: Draw, ...choices: readonly T[]): T => {
  const [first] = choices;
  const chosen = choices[draw(choices.length)] ?? first;
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen;
};

const ORIGINS = ["https://a.example", "https://b.example", "https://c.example"];

/** Changes that are taken while the gateway runs; of every kind of part that listens to them. */
const SAFE: readonly (readonly [name: string, patch: (draw: Draw) => Json])[] = [
  ["origins", (draw) => ({ gateway: { controlUi: { allowedOrigins: ORIGINS.slice(draw(3)) } } })],
  ["log level", (draw) => ({ logging: { level: pick(draw, "info", "debug", "warn") } })],
  ["rate limit", (draw) => ({ gateway: { auth: { rateLimit: { maxAttempts: 10 + draw(20) } } } })],
  ["proxies", (draw) => ({ gateway: { trustedProxies: [`10.0.0.${draw(200)}`] } })],
  ["width", (draw) => ({ agents: { defaults: { maxConcurrent: 4 + draw(8) } } })],
  ["time zone", (draw) => ({ agents: { defaults: { userTimezone: pick(draw, "UTC", "Europe/Berlin") } } })],
  [
    "another agent",
    (draw) => ({ agents: { entries: { [`helper${draw(3)}`]: { name: `Helper ${draw(9)}` } } } }),
  ],
  ["an agent less", (draw) => ({ agents: { entries: { [`helper${draw(3)}`]: null } } })],
  ["denied tools", (draw) => ({ tools: { deny: pick(draw, [], ["browser"], ["browser", "image"]) } })],
  ["another model", (draw) => ({ models: { providers: { second: provider(draw(1_000)) } } })],
  ["a model less", () => ({ models: { providers: { second: null } } })],
  ["a bot", (draw) => ({ channels: { telegram: { enabled: false, historyLimit: draw(50) } } })],
  ["commands", (draw) => ({ commands: { text: true, debug: draw(2) === 0 } })],
  ["reset words", (draw) => ({ session: { resetTriggers: [`/new${draw(9)}`] } })],
  ["queue", (draw) => ({ messages: { queue: { cap: 10 + draw(20) } } })],
  [
    "http",
    (draw) => ({ gateway: { http: { securityHeaders: { strictTransportSecurity: `max-age=${draw(9)}` } } } }),
  ],
];

/** Changes that need another gateway. */
const RESTARTS: readonly (readonly [name: string, patch: (draw: Draw) => Json])[] = [
  ["variable", (draw) => ({ env: { vars: { SAID: `again-${draw(1_000)}` } } })],
  ["base path", (draw) => ({ gateway: { controlUi: { basePath: `/ui${draw(9)}` } } })],
];

const BROKEN: readonly (readonly [name: string, text: (good: Json, draw: Draw) => string])[] = [
  ["empty", () => ""],
  ["half", (good, draw) => print(good).slice(0, 2 + draw(print(good).length - 4))],
  ["no object", () => "[1, 2]"],
  ["unknown key", (good) => print(merged(good, { gateway: { prot: 1 } }))],
  ["wrong type", (good) => print(merged(good, { gateway: { port: "many" } }))],
  ["no such choice", (good) => print(merged(good, { gateway: { reload: { mode: "now" } } }))],
  ["bad include", (good) => print(merged(good, { agents: { $include: "./none.json5" } }))],
  ["include of itself", () => '{ $include: "./openclaw.json" }'],
  ["two documents", (good) => print(good) + print(good)],
];

function provider(port: number): Json {
  const model = { id: "other-1", name: "Other" };
  return {
    baseUrl: `http://127.0.0.1:${port + 1}/v1`,
    api: "openai-completions",
    apiKey: "none",
    models: [model],
  };
}

const UNFIT = { gateway: { bind: "lan", auth: { mode: "none" } } };

/** The next change of a random walk. */
export function nextEdit(random: () => number): Edit {
  const draw: Draw = (below) => Math.floor(random() * below);
  const dice = random();
  if (dice < 0.25) {
    const [name, text] = pick(draw, ...BROKEN);
    return { name, outcome: "refused", text: (good) => text(good, draw) };
  }
  if (dice < 0.28) {
    return { name: "unfit", outcome: "unfit", text: (good) => print(merged(good, UNFIT)) };
  }
  const [name, patch] = pick(draw, ...(dice < 0.31 ? RESTARTS : SAFE));
  const wanted = patch(draw);
  return { name, outcome: "applied", text: (good) => print(merged(good, wanted)) };
}

import { fakeGateway, minimalHello } from "../client/fake-gateway.ts";
import { tempHome, type TempHome } from "../support/index.ts";
import { cli, type CliRun, type CliWorld } from "./in-process.ts";

/** What the gateway says to one method: an answer, or a refusal. */
export type Say = (params: Record<string, unknown>) => unknown;

/** A refusal of the gateway. */
export class Refused {
  constructor(
    readonly message: string,
    readonly details: Readonly<Record<string, unknown>> = {},
    readonly code = "UNAVAILABLE",
  ) {}
}

/** A request a command made. */
export interface Asked {
  readonly method: string;
  readonly params: Record<string, unknown>;
}

/** A gateway that says what a test wants, and commands in a home of their own that ask it. */
export interface AskedGateway extends AsyncDisposable {
  readonly home: TempHome;
  readonly port: number;
  readonly url: string;
  /** What the commands asked, without their connecting. */
  readonly asked: Asked[];
  /** Scopes the last connection wanted. */
  scopes(): unknown;
  run(argv: readonly string[], world?: Partial<CliWorld>): Promise<CliRun>;
  json(argv: readonly string[]): Promise<{ readonly code: number; readonly out: Record<string, unknown> }>;
  /** Closes every connection in the middle of what it does. */
  drop(): void;
}

/** Starts it; `maxPayload` is what its hello allows. */
export async function askedGateway(
  says: Readonly<Record<string, Say>>,
  options: { readonly maxPayload?: number } = {},
): Promise<AskedGateway> {
  const home = await tempHome();
  const scopes = ["operator.read", "operator.write", "operator.admin"];
  const hello = minimalHello({ scopes });
  const { maxPayload = 26_214_400 } = options;
  const gateway = fakeGateway({
    answer({ id, method, params }, line) {
      if (method === "connect") {
        line.send({
          type: "res",
          id,
          ok: true,
          payload: { ...hello, policy: { ...hello.policy, maxPayload } },
        });
        return true;
      }
      const say = says[method];
      if (!say) return false;
      const answer = say(params as Record<string, unknown>);
      if (answer === undefined) return true;
      if (answer instanceof Refused) {
        const { code, message, details } = answer;
        line.send({ type: "res", id, ok: false, error: { code, message, details, retryable: false } });
      } else line.send({ type: "res", id, ok: true, payload: answer });
      return true;
    },
  });
  const env = { OPENCLAW_GATEWAY_PORT: String(gateway.port), OPENCLAW_GATEWAY_TOKEN: "s3cret" };
  const run = (argv: readonly string[], world: Partial<CliWorld> = {}) =>
    cli(argv, { home: home.path, ...world, env: { ...env, ...world.env } });
  const requests = () =>
    gateway.requests.map(({ method, params }) => ({ method, params: params as Asked["params"] }));
  return {
    home,
    port: gateway.port,
    url: gateway.url,
    get asked() {
      return requests().filter(({ method }) => method !== "connect");
    },
    scopes: () => requests().findLast(({ method }) => method === "connect")?.params.scopes,
    run,
    async json(argv) {
      const { code, stdout } = await run([...argv, "--json"]);
      return { code, out: JSON.parse(stdout) };
    },
    drop: () => gateway.dropAll(1006, ""),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await home[Symbol.asyncDispose]();
    },
  };
}

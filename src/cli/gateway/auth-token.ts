import {
  displayPath,
  type LocalCredential,
  readLocalGatewayCredential,
  valueAt,
  withEnvFiles,
} from "../../config/index.ts";
import { mask } from "../../lib/redact.ts";
import type { Run } from "../command.ts";
import type { authTokenFlags } from "../commands/gateway.ts";
import { openConfig } from "../config/open.ts";
import { CliError } from "../errors.ts";
import { readTargetConfig } from "../rpc/target-config.ts";
import type { Session } from "../session.ts";

export const run: Run<typeof authTokenFlags> = async ({ flags, session }) => {
  const { out } = session;
  if (flags.show && (flags.json || !out.interactive)) {
    throw new CliError("The gateway token is shown on a terminal only: not in a pipe, a file or JSON.", {
      hint: "Run this in a terminal: openclaw gateway auth-token --show",
    });
  }
  const { mode, token, source, place } = await findToken(session);
  if (flags.show) {
    out.note(`From: ${place}`);
    out.line(token);
    return;
  }
  if (flags.json) {
    out.json({ mode, source, place, masked: mask(token), chars: token.length });
    return;
  }
  out.line(`Gateway token: ${mask(token)} (${token.length} characters)`);
  out.line(`From: ${place}`);
  out.note("See it in a terminal: openclaw gateway auth-token --show");
};

interface FoundToken {
  /** `gateway.auth.mode`, `token` when it is not set. */
  readonly mode: string;
  readonly token: string;
  readonly source: LocalCredential["source"] | "reference";
  /** For a person. */
  readonly place: string;
}

/** The token a gateway of this configuration asks for, and where it comes from. Throws `CliError` when there is none. */
async function findToken(session: Session): Promise<FoundToken> {
  const { paths } = session;
  const snapshot = openConfig(session).peek();
  const env = withEnvFiles(session.env, paths);
  const named = valueAt(snapshot.resolved, ["gateway", "auth", "mode"]);
  const mode = typeof named === "string" ? named : "token";
  if (mode !== "token") {
    throw new CliError(`There is no gateway token: gateway.auth.mode is ${mode}.`, {
      hint: "For a token instead: openclaw config set gateway.auth.mode token",
    });
  }
  const known = readLocalGatewayCredential(paths, snapshot.resolved, env);
  const file = displayPath(snapshot.path, paths.home);
  if (known.unresolvedPath === "gateway.auth.token") {
    const { token, authWarnings } = await readTargetConfig(session);
    if (token !== undefined) {
      return {
        mode,
        token,
        source: "reference",
        place: `the secret that gateway.auth.token in ${file} refers to`,
      };
    }
    throw new CliError(`${authWarnings[0] ?? "gateway.auth.token could not be resolved"}.`, {
      hint: "Look at the reference: openclaw config get gateway.auth.token",
    });
  }
  if (known.token === undefined || known.source === "none") {
    throw new CliError(
      known.password === undefined
        ? "There is no gateway token yet."
        : "There is no gateway token: the gateway asks for a password.",
      { hint: "Onboarding makes one, and so does the first start of a gateway: openclaw onboard" },
    );
  }
  const fromEnv = env.gateway.token !== undefined;
  const places = {
    env: fromEnv ? "the environment variable OPENCLAW_GATEWAY_TOKEN" : `gateway.auth.token in ${file}`,
    config: `gateway.auth.token in ${file}`,
    "token-file": displayPath(paths.gatewayTokenPath, paths.home),
  };
  return { mode, token: known.token, source: known.source, place: places[known.source] };
}

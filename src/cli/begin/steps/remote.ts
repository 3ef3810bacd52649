import { valueAt, withoutValue, withValue } from "../../../config/index.ts";
import { targetFrom } from "../../rpc/gateway.ts";
import { probeGateway } from "../../rpc/probe.ts";
import { openConfig } from "../../config/open.ts";
import { CliError } from "../../errors.ts";
import type { Session } from "../../session.ts";
import { editConfig } from "../edit.ts";
import { HERE } from "../here.ts";
import type { Interview } from "../interview.ts";
import { LOOK_TIMEOUT_MS } from "../limits.ts";

/** A gateway elsewhere, and one of its secrets. */
export interface RemoteWish {
  readonly url: string;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  /** The configuration refers to `OPENCLAW_GATEWAY_TOKEN` or `_PASSWORD`, in which the secret is. */
  readonly asReference?: boolean | undefined;
}

/** Asks for the gateway until one answers, and writes it down. @throws CliError */
export async function askRemote(
  session: Session,
  interview: Interview,
  given: Partial<RemoteWish>,
): Promise<RemoteWish> {
  const { prompts } = interview;
  let wish = given;
  for (;;) {
    const url =
      wish.url ??
      (await interview.text("remote.url", {
        question: "Address of the gateway",
        placeholder: "wss://gateway.example:18789",
        check: (answer) => urlProblem(answer),
      }));
    const secret =
      wish.token ??
      wish.password ??
      (await interview.secret({ question: "Its token or password (leave empty if it wants none)" }));
    const remote: RemoteWish = {
      url,
      ...(wish.password === undefined ? secret !== "" && { token: secret } : { password: wish.password }),
    };
    const problem = await prompts.progress("Asking the gateway", tryRemote(session, remote));
    if (problem === undefined || problem.pairing) {
      await settleRemote(session, remote);
      await prompts.told(
        problem?.message ?? "The gateway answers.",
        problem === undefined ? "success" : "warn",
      );
      return remote;
    }
    await prompts.told(problem.message, "error");
    interview.progress.forget("remote.");
    wish = {};
  }
}

/** Why the gateway cannot be used; nothing when it can. `pairing`: it only has to let this machine in. */
export async function tryRemote(
  session: Session,
  wish: RemoteWish,
): Promise<{ readonly message: string; readonly pairing: boolean } | undefined> {
  try {
    const { url, token, password } = wish;
    // An address that is given goes before what the environment says; one without a secret cannot be given so.
    const target =
      token === undefined && password === undefined
        ? await targetFrom(session, HERE, { mode: "remote", remote: { url } }, { ignoreEnvUrl: true })
        : await targetFrom(session, { ...HERE, url, token, password }, {});
    const { ok, error, capability } = await probeGateway(session, target, LOOK_TIMEOUT_MS, async () => null);
    if (ok) return undefined;
    if (capability !== "pairing_pending")
      return { message: `${target.url} cannot be used: ${error ?? "it does not answer"}`, pairing: false };
    return {
      message: `${target.url} has to let this machine in first. There: openclaw devices approve --latest`,
      pairing: true,
    };
  } catch (error) {
    if (error instanceof CliError) return { message: error.message, pairing: false };
    throw error;
  }
}

/** Writes it down: commands on this machine talk to that gateway from now on. @throws CliError */
export async function settleRemote(session: Session, wish: RemoteWish): Promise<void> {
  const { url, token, password, asReference } = wish;
  await editConfig(session, (config) => {
    const sameUrl = valueAt(config, ["gateway", "remote", "url"]) === url;
    let next = withValue(config, ["gateway", "mode"], "remote");
    next = withValue(next, ["gateway", "remote", "url"], url);
    // The secret of another gateway must not be sent to this one.
    if (!sameUrl || token !== undefined || password !== undefined) {
      for (const key of ["token", "password", "tlsFingerprint"])
        next = withoutValue(next, ["gateway", "remote", key]) ?? next;
    }
    for (const [key, secret] of Object.entries({ token, password })) {
      if (secret === undefined) continue;
      const id = `OPENCLAW_GATEWAY_${key.toUpperCase()}`;
      const value = asReference === true ? { source: "env", provider: "default", id } : secret;
      next = withValue(next, ["gateway", "remote", key], value);
    }
    return next;
  });
}

/** The address that is configured. */
export function remoteUrl(session: Session): string | undefined {
  const url = valueAt(openConfig(session).peek().resolved, ["gateway", "remote", "url"]);
  return typeof url === "string" ? url : undefined;
}

/** What is wrong with an address; nothing when it can be one. */
export function urlProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^wss?:$/.test(url.protocol))
    return "Use an address such as wss://gateway.example:18789.";
  if (url.username !== "" || url.password !== "") return "Leave name and password out of the address.";
  return undefined;
}

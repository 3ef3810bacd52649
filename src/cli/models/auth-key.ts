import type { Run } from "../command.ts";
import type { pasteKeyFlags, pasteTokenFlags } from "../commands/models.ts";
import { CliError } from "../errors.ts";
import type { Session } from "../session.ts";
import { durationMs } from "../words.ts";
import { withModels } from "./access.ts";
import { validConfig } from "./local.ts";
import { readSecret } from "./secret-input.ts";

/** `models auth paste-api-key`. */
const key: Run<typeof pasteKeyFlags> = async ({ flags, session }) => {
  const provider = await readProvider(flags.provider);
  const apiKey = await readSecret(session, flags, `API key of ${provider.name} (not shown): `);
  const profileId = await withModels(session, flags, "operator.admin", (models) =>
    models.store({
      provider: provider.id,
      apiKey,
      ...(flags.profileId !== undefined && { profileId: flags.profileId }),
    }),
  );
  await told(session, provider.id, profileId);
};

/** `models auth paste-token`. */
const token: Run<typeof pasteTokenFlags> = async ({ flags, session }) => {
  const provider = await readProvider(flags.provider);
  const expiresAt =
    flags.expiresIn === undefined
      ? undefined
      : session.clock.now() + durationMs(flags.expiresIn, "expires-in");
  const apiKey = await readSecret(session, flags, `Token of ${provider.name} (not shown): `);
  const profileId = await withModels(session, flags, "operator.admin", (models) =>
    models.store({
      provider: provider.id,
      type: "token",
      apiKey,
      ...(flags.profileId !== undefined && { profileId: flags.profileId }),
      ...(expiresAt !== undefined && { expiresAt }),
    }),
  );
  await told(session, provider.id, profileId);
};

/** The provider that is meant. Throws `CliError` when none is named. */
export async function readProvider(text: string | undefined): Promise<{ id: string; name: string }> {
  const { canonicalProvider, knownProvider, PROVIDERS } = await import("../../agent/index.ts");
  if (text === undefined) {
    const some = PROVIDERS.slice(0, 6).map(({ id }) => id);
    throw new CliError("Say which provider: --provider NAME.", { hint: `For example: ${some.join(", ")}.` });
  }
  const id = canonicalProvider(text);
  return { id, name: knownProvider(id)?.name ?? id };
}

/** Says what was stored, and what is left to do before it is used. */
export async function told(session: Session, provider: string, profileId: string): Promise<void> {
  const { out } = session;
  out.line(`Stored ${profileId}.`);
  const { configuredChoice, formatRef, knownProvider, SOLE_AGENT_ID } = await import("../../agent/index.ts");
  const { primary } = configuredChoice(await validConfig(session), SOLE_AGENT_ID);
  const usual = knownProvider(provider)?.defaultModel;
  if (primary === undefined && usual !== undefined) {
    out.note(
      `${provider}/${usual} answers from now on, unless another credential goes first: openclaw models status`,
    );
  } else if (primary?.provider === provider) {
    out.note(`${formatRef(primary)} uses it. Try it: openclaw models probe ${provider}`);
  } else {
    out.note(`To have it answer: openclaw models set ${provider}/${usual ?? "MODEL"}`);
  }
}

export const paste = { key: { run: key }, token: { run: token } };

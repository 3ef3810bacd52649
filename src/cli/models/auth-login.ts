import type { Run } from "../command.ts";
import type { loginFlags } from "../commands/models.ts";
import { CliError } from "../errors.ts";
import { withModels } from "./access.ts";
import { readProvider, told } from "./auth-key.ts";
import { interactionOf } from "./interaction.ts";

export const run: Run<typeof loginFlags> = async ({ flags, session }) => {
  const { OAUTH_PROVIDERS, signIn } = await import("../../agent/index.ts");
  const provider = await readProvider(flags.provider);
  if (!(provider.id in OAUTH_PROVIDERS)) {
    throw new CliError(`${provider.name} has no sign-in.`, {
      hint: `Give it a key: openclaw models auth paste-api-key --provider ${provider.id}`,
    });
  }
  const interaction = await interactionOf(session);
  const login = await signIn(provider.id, interaction).catch((error: unknown) => {
    if (error instanceof CliError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(`The sign-in with ${provider.name} came to nothing: ${reason}`, { cause: error });
  });
  const profileId = await withModels(session, flags, "operator.admin", async (models) => {
    const stored = (await models.authStatus()).providers.find((one) => one.provider === provider.id);
    if (flags.force && stored && stored.profiles.length > 0) await models.logout({ provider: provider.id });
    return models.store({
      provider: provider.id,
      type: "oauth",
      credential: { ...login.credential },
      ...(login.email !== undefined && { email: login.email }),
      ...(flags.profileId !== undefined && { profileId: flags.profileId }),
    });
  });
  await told(session, provider.id, profileId);
};

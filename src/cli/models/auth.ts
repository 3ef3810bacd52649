import type { Run } from "../command.ts";
import type { authListFlags, logoutFlags, orderFlags } from "../commands/models.ts";
import { CliError } from "../errors.ts";
import { definitions } from "../terminal/layout.ts";
import { ago } from "../words.ts";
import { type AuthStatus, withModels } from "./access.ts";
import { readProvider } from "./auth-key.ts";

type Profile = AuthStatus["providers"][number]["profiles"][number];

const list: Run<typeof authListFlags> = async ({ flags, session }) => {
  const { out, clock } = session;
  const provider = flags.provider === undefined ? undefined : (await readProvider(flags.provider)).id;
  const { providers } = await withModels(session, flags, "operator.admin", (models) => models.authStatus());
  const shown = providers.filter((one) => provider === undefined || one.provider === provider);
  const profiles = shown.flatMap((one) =>
    one.profiles.map((profile) => ({ ...profile, provider: one.provider })),
  );
  if (flags.json) {
    out.json({ provider: provider ?? null, profiles });
    return;
  }
  if (profiles.length === 0) {
    out.line("No credential is stored.");
    out.note("Store one: openclaw models auth paste-api-key --provider anthropic");
  }
  profiles.forEach((profile, at) => {
    if (at > 0) out.line("");
    for (const line of linesOf(profile, clock.now())) out.line(line);
  });
  for (const { provider: id, apiKey } of shown) {
    if (apiKey)
      out.note(`${id} also has a key in ${apiKey.source === "env" ? apiKey.label : "the configuration"}.`);
  }
};

const logout: Run<typeof logoutFlags> = async ({ flags, args, session }) => {
  const [profileId = ""] = args;
  const colon = profileId.indexOf(":");
  if (colon <= 0) {
    throw new CliError(`${profileId} is no profile id.`, { hint: "See the ids: openclaw models auth list" });
  }
  const agreed = flags.yes || (await session.confirm?.(`Forget ${profileId}?`)) === true;
  if (!agreed) throw new CliError("Nothing was removed.", { hint: "Without a terminal, add --yes." });
  const provider = (await readProvider(profileId.slice(0, colon))).id;
  await withModels(session, flags, "operator.admin", (models) =>
    models.logout({ provider, profileIds: [profileId] }),
  );
  session.out.line(`Removed ${profileId}.`);
};

const orderGet: Run<typeof orderFlags> = async ({ flags, session }) => {
  const { id } = await readProvider(flags.provider);
  const { providers } = await withModels(session, flags, "operator.admin", (models) => models.authStatus());
  const status = providers.find((one) => one.provider === id);
  const order = status?.profileOrder ?? status?.profiles.map(({ profileId }) => profileId) ?? [];
  if (flags.json) session.out.json({ provider: id, order });
  else if (order.length === 0) session.out.line(`No credential of ${id} is stored.`);
  else for (const profileId of order) session.out.line(profileId);
};

const orderSet: Run<typeof orderFlags> = async ({ flags, args, session }) => {
  const { id } = await readProvider(flags.provider);
  await withModels(session, flags, "operator.admin", (models) =>
    models.setOrder({ provider: id, profileIds: [...args] }),
  );
  session.out.line(`Order of ${id}: ${args.join(", ")}`);
};

const orderClear: Run<typeof orderFlags> = async ({ flags, session }) => {
  const { id } = await readProvider(flags.provider);
  await withModels(session, flags, "operator.admin", (models) =>
    models.setOrder({ provider: id, profileIds: null }),
  );
  session.out.line(`${id} has no order of its own any more.`);
};

function linesOf(profile: Profile, now: number): string[] {
  const { profileId, type, status, reasonCode, expiry, email, lastUsedAt } = profile;
  return [
    profileId,
    ...definitions([
      ["kind", type === "api_key" ? "API key" : type === "oauth" ? "login" : "token"],
      [
        "state",
        reasonCode === undefined ? (status === "static" ? "ok" : status) : `resting after ${reasonCode}`,
      ],
      ...(email === undefined ? [] : [["account", email] as const]),
      ...(expiry === undefined || type === "oauth" ? [] : [["ends in", expiry.label] as const]),
      ...(lastUsedAt === undefined ? [] : [["last used", ago(lastUsedAt, now)] as const]),
    ]),
  ];
}

export const auth = {
  list: { run: list },
  logout: { run: logout },
  orderGet: { run: orderGet },
  orderSet: { run: orderSet },
  orderClear: { run: orderClear },
};

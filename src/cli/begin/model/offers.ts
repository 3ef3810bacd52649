import { openConfig } from "../../config/open.ts";
import { agentModule } from "../../models/agent.ts";
import { roomFor, withoutWrites } from "../../models/local.ts";
import type { Session } from "../../session.ts";
import { AUTH_CHOICES, type AuthChoice } from "../choices.ts";

/** What was found on this machine that leads to a model. */
export interface Offers {
  /** Providers whose key is in the environment, and the variable it is in. */
  readonly keys: readonly { readonly choice: KeyChoice; readonly name: string; readonly variable: string }[];
  /** Servers of models that answer on this machine, with what they have. */
  readonly servers: readonly { readonly choice: ServerChoice; readonly models: readonly string[] }[];
  /** Every way by a key, with the name of the provider. */
  readonly providers: readonly { readonly choice: KeyChoice; readonly name: string }[];
  readonly signIns: readonly { readonly choice: SignInChoice; readonly name: string }[];
}

export type KeyChoice = Extract<AuthChoice, { kind: "key" }>;
export type ServerChoice = Extract<AuthChoice, { kind: "server" }>;
export type SignInChoice = Extract<AuthChoice, { kind: "sign-in" }>;

/** Looks at the environment and at this machine's ports; asks nobody else. */
export async function findOffers(session: Session): Promise<Offers> {
  const { knownProvider, SOLE_AGENT_ID } = await agentModule();
  const { config, variables } = openConfig(session).peek();
  const nameOf = (provider: string): string => knownProvider(provider)?.name ?? provider;
  const keyed = AUTH_CHOICES.filter((choice): choice is KeyChoice => choice.kind === "key");
  const seen = new Set<string>();
  const keys = keyed.flatMap((choice) => {
    const names = knownProvider(choice.provider)?.env ?? [];
    const variable = names.find((name) => (variables[name] ?? "").trim() !== "");
    // Two catalogues of one provider share a key: the first of them is offered.
    if (variable === undefined || seen.has(variable)) return [];
    seen.add(variable);
    return [{ choice, name: nameOf(choice.provider), variable }];
  });
  const room = await roomFor(session, { config, variables }, withoutWrites());
  const rows = await room.list({ view: "default", agentId: SOLE_AGENT_ID, refresh: true });
  const servers = AUTH_CHOICES.filter((choice): choice is ServerChoice => choice.kind === "server").flatMap(
    (choice) => {
      const models = rows.filter((row) => row.provider === choice.provider).map(({ model }) => model);
      return models.length === 0 ? [] : [{ choice, models }];
    },
  );
  return {
    keys,
    servers,
    providers: keyed.map((choice) => ({ choice, name: nameOf(choice.provider) })),
    signIns: AUTH_CHOICES.filter((choice): choice is SignInChoice => choice.kind === "sign-in").map(
      (choice) => ({ choice, name: nameOf(choice.provider) }),
    ),
  };
}

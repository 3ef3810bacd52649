import type { KnownProvider } from "../catalog/index.ts";
import type { Credential } from "./credential.ts";

type Variables = Readonly<Record<string, string>>;

/** Numbered keys beside the plain one: `OPENAI_API_KEY_1` … */
const MAX_NUMBERED_KEYS = 20;

/**
 * The keys of a provider in the environment, in order. `OPENCLAW_LIVE_<PROVIDER>_KEY` stands for all of them; else the
 * list in `<NAME>S`, then `<NAME>`, `<NAME>_1`, `<NAME>_2` … The same key twice counts once.
 */
export function envCredentials(provider: KnownProvider, variables: Variables): Credential[] {
  const live = `OPENCLAW_LIVE_${provider.id.toUpperCase().replaceAll("-", "_")}_KEY`;
  const override = variables[live];
  if (override !== undefined) return [credential(provider, live, override)];
  const seen = new Set<string>();
  const found = provider.env.flatMap((name) =>
    keysUnder(name, variables).flatMap(([label, key]) => {
      if (seen.has(key)) return [];
      seen.add(key);
      return [credential(provider, label, key, name)];
    }),
  );
  if (found.length > 0) return found;
  const ambient = provider.ambient?.find((name) => variables[name] !== undefined);
  if (ambient === undefined) return [];
  return [
    { profileId: `${provider.id}:env:${ambient}`, provider: provider.id, kind: "token", source: ambient },
  ];
}

function keysUnder(name: string, variables: Variables): (readonly [label: string, key: string])[] {
  const listed = (variables[`${name}S`] ?? "").split(/[\s,;]+/).filter((key) => key !== "");
  const keys = listed.map((key, index): readonly [string, string] => [`${name}S#${index + 1}`, key]);
  const plain = variables[name]?.trim();
  if (plain !== undefined) keys.push([name, plain]);
  for (let number = 1; number <= MAX_NUMBERED_KEYS; number++) {
    const key = variables[`${name}_${number}`]?.trim();
    if (key !== undefined) keys.push([`${name}_${number}`, key]);
  }
  return keys;
}

function credential(provider: KnownProvider, label: string, key: string, variable = label): Credential {
  const common = { profileId: `${provider.id}:env:${label}`, provider: provider.id, source: label };
  // Anthropic's gateways want this one as a bearer token.
  if (variable === "ANTHROPIC_AUTH_TOKEN") {
    return { ...common, kind: "token", headers: { Authorization: `Bearer ${key}` } };
  }
  return { ...common, kind: "api_key", apiKey: key };
}

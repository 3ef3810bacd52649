/** What a prefix may name. */
export interface PrefixFacts {
  readonly identityName?: string;
  readonly provider?: string;
  readonly model?: string;
  readonly thinkingLevel?: string;
}

/**
 * The text before every reply: `auto` is the agent's name in brackets, `{model}` and the like are filled in; what is not
 * known stays as it is written. Undefined for none.
 */
export function responsePrefix(template: string | undefined, facts: PrefixFacts): string | undefined {
  if (template === undefined || template === "") return undefined;
  const { identityName, provider, model, thinkingLevel } = facts;
  if (template === "auto") return identityName === undefined ? undefined : `[${identityName}]`;
  const full = provider !== undefined && model !== undefined ? `${provider}/${model}` : model;
  const values: Readonly<Record<string, string | undefined>> = {
    model,
    modelfull: full,
    provider,
    thinkinglevel: thinkingLevel,
    think: thinkingLevel,
    "identity.name": identityName,
    identityname: identityName,
  };
  return template.replace(/\{([a-z.]+)\}/gi, (whole, name: string) => values[name.toLowerCase()] ?? whole);
}

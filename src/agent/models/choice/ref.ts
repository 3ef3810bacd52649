import { canonicalProvider } from "../catalog/index.ts";
import type { ModelRef } from "../model.ts";

/** A person's choice of a model: the text before and after `@profile`. */
export interface Choice {
  readonly model: string;
  readonly profileId?: string;
}

/**
 * Takes `@profile` off the end. A profile id has a colon (`openai:work`), so that an `@` in a model's own name
 * (`@cf/meta/llama`, `claude-3@20240620`) stays where it is.
 */
export function splitProfile(text: string): Choice {
  const [, model, profileId] = /^(.+)@([a-z0-9._-]+:[^\s@/]+(?:@[^\s@/]+)?)$/i.exec(text.trim()) ?? [];
  return model === undefined || profileId === undefined ? { model: text.trim() } : { model, profileId };
}

/** `provider/model` split at the first slash, the provider under its own name; undefined when a part is missing. */
export function parseRef(text: string): ModelRef | undefined {
  const slash = text.indexOf("/");
  const model = text.slice(slash + 1).trim();
  const provider = canonicalProvider(text.slice(0, Math.max(slash, 0)));
  return provider === "" || model === "" ? undefined : { provider, model };
}

/** `provider/model`. */
export function formatRef(ref: ModelRef): string {
  return `${ref.provider}/${ref.model}`;
}

export function sameRef(a: ModelRef, b: ModelRef): boolean {
  return a.provider === b.provider && a.model === b.model;
}

/** A shorter value is no secret: hiding it would blot out ordinary text and give it away by the gaps. */
export const SECRET_MIN_CHARS = 4;

/** From this length on a mask shows both ends, so that a person can tell two tokens apart. */
const RECOGNISABLE_CHARS = 18;

const HIDDEN = "***";

/** What a secret is replaced by: `***`, or its first 6 and last 4 characters when it is long. */
export function mask(secret: string): string {
  return secret.length < RECOGNISABLE_CHARS ? HIDDEN : `${secret.slice(0, 6)}…${secret.slice(-4)}`;
}

const KEY_WORDS =
  "token|passwd|password|passphrase|secret|api[-_]?key|authorization|cookie|credentials?|private[-_]?key";

/** Field names whose text is hidden whatever it looks like. */
export const SECRET_KEY = new RegExp(`(?:${KEY_WORDS})$`, "i");

/** Shapes of well-known secrets; a match is the secret itself, what must stay readable is looked at, not matched. */
const SHAPES: readonly RegExp[] = [
  // Authorization headers.
  /(?<=\b(?:bearer|basic)\s{1,4})[A-Za-z0-9._~+/=-]{8,}/gi,
  // Keys of model providers, GitHub, Slack, Google, npm, Hugging Face and the like.
  /\b(?:sk|rk|pk|gsk|pplx|xai|hf|npm|glpat|whsec|gh[pousr]|github_pat)[-_][A-Za-z0-9_-]{12,}/g,
  /\b(?:xox[abeprs]|xapp)-[A-Za-z0-9-]{10,}/g,
  /\bAIza[0-9A-Za-z_-]{30,}/g,
  /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g,
  // Telegram bot tokens, also inside a URL path.
  /(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}/g,
  // JSON web tokens.
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?/g,
  // "token":"…", also as JSON inside a JSON string.
  new RegExp(`(?<=(?:${KEY_WORDS})(?:\\\\?["'])\\s?:\\s?\\\\?["'])(?:[^"'\\\\]|\\\\[^"'])+`, "gi"),
  // token=… in a query, a command line or an environment dump.
  new RegExp(`(?<=(?:${KEY_WORDS})=)[^\\s&"'#,;]{4,}`, "gi"),
  // user:password@ in a URL.
  /(?<=[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@]{0,64}:)[^\s/@]+(?=@)/gi,
  /(?<=-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[^-]+/g,
];

/** Secrets known at run time: configured credentials, issued tokens. */
export interface SecretRegistry {
  /** Makes `value` unspeakable from now on. False when it is too short to be hidden (see `SECRET_MIN_CHARS`). */
  add(value: string): boolean;
  /** Forgets a value that is no secret any more, such as a rotated token. */
  remove(value: string): void;
  /** `text` without any of the values, plain or escaped (JSON, JSON in JSON, URL). */
  hide(text: string): string;
}

/** An empty registry. */
export function secretRegistry(): SecretRegistry {
  const values = new Set<string>();
  let forms: readonly string[] = [];
  const rebuild = () => {
    // Longest first: the mask of a long secret may show a part that is a secret of its own.
    forms = [...new Set([...values].flatMap(writtenForms))].sort((a, b) => b.length - a.length);
  };
  return {
    add(value) {
      if (value.length < SECRET_MIN_CHARS) return false;
      if (!values.has(value)) {
        values.add(value);
        rebuild();
      }
      return true;
    },
    remove(value) {
      if (values.delete(value)) rebuild();
    },
    hide(text) {
      let hidden = text;
      for (const form of forms) {
        if (hidden.includes(form)) hidden = hidden.replaceAll(form, mask(form));
      }
      // A mask may complete another secret with what stood beside it.
      return hidden === text || !forms.some((form) => hidden.includes(form)) ? hidden : HIDDEN;
    },
  };
}

/** Removes secrets from text. */
export type Redactor = (text: string) => string;

/** Hides the registered secrets, the well-known shapes, and what `patterns` match. */
export function redactText(text: string, secrets: SecretRegistry, patterns: readonly RegExp[] = []): string {
  const known = secrets.hide(text);
  let hidden = known;
  for (const shape of SHAPES) hidden = hidden.replace(shape, mask);
  for (const pattern of patterns) hidden = hidden.replace(pattern, maskGroup);
  return hidden === known ? hidden : secrets.hide(hidden);
}

/** Patterns as a person writes them in `logging.redactPatterns`: plain, or `/…/flags`. */
export function compilePatterns(sources: readonly string[]): {
  patterns: RegExp[];
  /** The sources that are no regular expression, each with the reason. */
  invalid: { source: string; reason: string }[];
} {
  const patterns: RegExp[] = [];
  const invalid: { source: string; reason: string }[] = [];
  for (const source of sources) {
    const [, body = source, flags = ""] = /^\/(.+)\/([a-z]*)$/s.exec(source) ?? [];
    try {
      patterns.push(new RegExp(body, flags.includes("g") ? flags : `${flags}g`));
    } catch (error) {
      invalid.push({ source, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { patterns, invalid };
}

/** Hides the first group where there is one, else the whole match. */
function maskGroup(match: string, ...rest: unknown[]): string {
  const [group] = rest;
  return typeof group === "string" && group !== "" ? match.replace(group, () => mask(group)) : mask(match);
}

function writtenForms(value: string): string[] {
  const once = jsonEscaped(value);
  const forms = [value, once, jsonEscaped(once)];
  try {
    forms.push(encodeURIComponent(value));
  } catch {
    // Half a surrogate pair has no URL form.
  }
  return forms;
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

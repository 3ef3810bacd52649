import { hostname, userInfo } from "node:os";
import { isRecord } from "../../../client/index.ts";
import { isSensitivePath } from "../../../config/index.ts";
import { redactText, secretRegistry } from "../../../lib/redact.ts";
import type { Session } from "../../session.ts";

/** Digits in a row that may be a chat, a person or a phone: ports, durations and years are shorter. */
const IDENTIFIER = /\d{7,}/g;

const MAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/** What stands beside a path of a home folder that is not this one's. */
const OTHER_HOME = /(\/home\/|\/Users\/|\\Users\\)[^\s/\\"']+/g;

/** How the log shows a long secret: with both ends, which is more than strangers need. */
const MASKED = /[^\s"']{6}…[^\s"']{4}/g;

/** Takes out of a text whatever is a secret, or names a person, a chat or this machine. */
export type Scrub = (text: string) => string;

/** Shorter words stand in other words. */
const OWN_WORD_MIN_CHARS = 3;

/** What a scrubber has to know beside the shapes of well-known secrets. */
export interface Unspeakable {
  /** With what it resolves to. */
  readonly config: unknown;
  /** Names and texts that a person wrote into the configuration. */
  readonly own: ReadonlySet<string>;
  readonly secrets: readonly string[];
}

/** Knows the secrets of this configuration and environment, and what people wrote there. */
export function scrubberOf(session: Session, { config, own: words, secrets }: Unspeakable): Scrub {
  const registry = secretRegistry();
  for (const secret of [...secretsIn(config, []), ...secrets]) registry.add(secret);
  // The longest first: a name may be part of a text.
  const written = [...words]
    .filter((word) => word.length >= OWN_WORD_MIN_CHARS)
    .sort((a, b) => b.length - a.length)
    .map(asWord);
  const { env, paths } = session;
  for (const secret of [env.gateway.token, env.gateway.password]) if (secret) registry.add(secret);
  const here = [
    [asWord(hostname()), "<host>"],
    [asWord(userInfo().username), "<user>"],
  ] as const;
  return (text) => {
    let clean = redactText(text, registry);
    if (paths.home.length > 1) clean = clean.replaceAll(paths.home, "~");
    for (const [name, stand] of here) clean = clean.replaceAll(name, stand);
    for (const word of written) clean = clean.replaceAll(word, "<name>");
    return clean
      .replaceAll(MASKED, "***")
      .replaceAll(OTHER_HOME, "$1<user>")
      .replaceAll(MAIL, "<address>")
      .replaceAll(IDENTIFIER, "<number>");
  };
}

/** Every text of a value scrubbed; numbers and names of keys are taken to be harmless. */
export function scrubbed(value: unknown, scrub: Scrub): unknown {
  if (typeof value === "string") return scrub(value);
  if (Array.isArray(value)) return value.map((one) => scrubbed(one, scrub));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, scrubbed(one, scrub)]));
}

/** The word where it stands by itself. */
function asWord(word: string): RegExp {
  return new RegExp(`(?<![\\w-])${RegExp.escape(word)}(?![\\w-])`, "g");
}

function secretsIn(value: unknown, path: readonly string[]): string[] {
  if (typeof value === "string") return isSensitivePath(path) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one, index) => secretsIn(one, [...path, String(index)]));
  return isRecord(value) ? Object.entries(value).flatMap(([key, one]) => secretsIn(one, [...path, key])) : [];
}

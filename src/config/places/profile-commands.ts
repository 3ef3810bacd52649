/** The commands a person can be told to run; what else follows the program's name is prose. */
export const COMMAND_WORDS: readonly string[] = [
  "agent",
  "agents",
  "backup",
  "browser",
  "channels",
  "completion",
  "config",
  "configure",
  "daemon",
  "dashboard",
  "devices",
  "directory",
  "doctor",
  "gateway",
  "health",
  "help",
  "logs",
  "message",
  "models",
  "nodes",
  "onboard",
  "pairing",
  "qr",
  "reset",
  "secrets",
  "security",
  "sessions",
  "setup",
  "status",
  "system",
  "uninstall",
];

const COMMAND = new RegExp(`(?<![\\w/.~-])openclaw (?=(?:${COMMAND_WORDS.join("|")})\\b)`, "g");

/** A text for a person whose commands run where they are meant: with a profile, each of them names it. */
export function namingProfile(text: string, profile: string | undefined): string {
  return profile === undefined ? text : text.replaceAll(COMMAND, `openclaw --profile ${profile} `);
}

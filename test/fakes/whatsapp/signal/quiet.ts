import { DEFAULT_CONNECTION_CONFIG } from "@whiskeysockets/baileys";

type Logger = typeof DEFAULT_CONNECTION_CONFIG.logger;

const nothing = (): void => {};

/** A log that nobody reads. */
export const quiet: Logger = {
  level: "silent",
  child: () => quiet,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};

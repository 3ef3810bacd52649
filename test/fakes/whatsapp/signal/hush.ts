/** What the Signal library prints on the console, whole sessions with their keys after it. */
const CHATTER =
  /^(?:Closing session|Opening session|Removing old closed session|Session already|Closing open session|Decrypted message with closed|Failed to decrypt message|Session error)/;

/** Keeps the Signal library from printing; everything else is printed as before. */
export function hushSignal(): void {
  const { info, warn, error } = console;
  console.info = (...said: unknown[]) => void (isChatter(said) || info(...said));
  console.warn = (...said: unknown[]) => void (isChatter(said) || warn(...said));
  console.error = (...said: unknown[]) => void (isChatter(said) || error(...said));
}

function isChatter([first]: readonly unknown[]): boolean {
  return typeof first === "string" && CHATTER.test(first);
}

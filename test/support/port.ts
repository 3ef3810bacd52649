/** Below the ports that systems hand out to whoever asks for any, so that nobody gets one of these by chance. */
const FIRST_PORT = 10_000;

/** A gateway also takes the ports two and four above its own; the next one to be told a port gets none of those. */
const PORTS_APART = 8;
const TAKEN_ABOVE = [0, 2, 4] as const;

/** They end before 32,000. */
const PLACES = 2_700;

/**
 * A loopback port that is free, and so are those that a gateway takes with it. Prefer port 0 where the server under test can
 * report its port; this is for programs that must be told one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + PORTS_APART * Math.floor(Math.random() * PLACES);
    if (TAKEN_ABOVE.every((above) => isFree(port + above))) return port;
  }
}

function isFree(port: number): boolean {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}

/** Below the ports that systems hand out to whoever asks for any, so that nobody gets one of these by chance. */
const FIRST_PORT = 10_000;

/** A gateway also takes the ports two and four above its own; the next one to be told a port gets none of those. */
const PORTS_APART = 8;
const TAKEN_ABOVE = [0, 2, 4] as const;

/** They end before 32,000. */
const PLACES = 2_700;

/**
 * Whoever holds this port of a place has the place: several processes run tests at a time, and the system gives a port to one
 * of them only and takes it back when that one ends.
 */
const KEY_ABOVE = 7;

/** Places that one process holds; what it was given before the last so many is in use by now, or over. */
const PLACES_HELD = 256;

const held: { stop(): void }[] = [];

/**
 * A loopback port that is free, and so are those that a gateway takes with it. No other test is told the same one meanwhile:
 * it is listened on by whom this test tells to, or by nobody. Prefer port 0 where the server under test can report its port;
 * this is for programs that must be told one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + PORTS_APART * Math.floor(Math.random() * PLACES);
    const key = listenOn(port + KEY_ABOVE);
    if (key === undefined) continue;
    if (TAKEN_ABOVE.every((above) => isFree(port + above))) {
      held.push(key);
      if (held.length > PLACES_HELD) held.shift()?.stop();
      return port;
    }
    key.stop();
  }
}

function isFree(port: number): boolean {
  const listener = listenOn(port);
  listener?.stop();
  return listener !== undefined;
}

/** Listens without keeping the process alive for it; undefined when somebody else does. */
function listenOn(port: number): { stop(): void } | undefined {
  try {
    const listener = Bun.listen({ hostname: "127.0.0.1", port, socket: { data() {} } });
    listener.unref();
    return { stop: () => listener.stop(true) };
  } catch {
    return undefined;
  }
}

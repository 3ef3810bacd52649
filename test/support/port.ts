/**
 * A loopback port that was free a moment ago. Prefer port 0 where the server under test can report its port;
 * this is for programs that must be told one.
 */
export async function freePort(): Promise<number> {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

/** True when nobody listens on that port of loopback. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    Bun.listen({ hostname: "127.0.0.1", port, exclusive: true, socket: { data() {} } }).stop(true);
    return true;
  } catch {
    return false;
  }
}

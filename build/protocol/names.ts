/** `device.pair.setupCode` → `DevicePairSetupCode`; the type name of a method or event. */
export function typeNameOf(wireName: string): string {
  return wireName
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `event_loop_delay` → `eventLoopDelay`; the name of a field or case. */
export function memberNameOf(wireName: string): string {
  const name = typeNameOf(wireName);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/**
 * What somebody does whose machine runs no gateway: one that is not set up is set up first, so that whatever is printed
 * works when it is pasted.
 */
export function startAdvice(configuredLocal: boolean): string {
  return configuredLocal
    ? "Start it with: openclaw gateway run"
    : "Set it up with: openclaw onboard\nOr start it as it is: openclaw gateway run --allow-unconfigured";
}

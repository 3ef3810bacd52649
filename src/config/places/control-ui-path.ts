/**
 * The path the Control UI is served below, from `gateway.controlUi.basePath`: `openclaw`, `/openclaw/` and ` /openclaw` are
 * all `/openclaw`; nothing and `/` are the empty path.
 */
export function controlUiPath(basePath: string | undefined): string {
  const path = (basePath ?? "").trim().replaceAll(/^\/+|\/+$/g, "");
  return path === "" ? "" : `/${path}`;
}

import { type ConfigSnapshot, type OpenClawConfig, resolveBind } from "../../config/index.ts";

type Doubt = ConfigSnapshot<OpenClawConfig>["warnings"][number];

/**
 * What keeps a gateway from starting on a configuration that is valid in itself. The gateway's own start decides, since flags
 * and the environment have a say there; whoever checks a file has to hear of it before.
 */
export function startDoubts({ exists, config: { gateway } }: ConfigSnapshot<OpenClawConfig>): Doubt[] {
  const doubts: Doubt[] = [];
  if (exists && gateway.mode === undefined) {
    doubts.push({
      path: "gateway.mode",
      message:
        "not set: a gateway starts here only with --allow-unconfigured. Set it with: openclaw config set gateway.mode local",
    });
  }
  const { exposed } = resolveBind({ config: gateway.bind, customHost: gateway.customBindHost });
  if (gateway.auth.mode === "none" && exposed) {
    doubts.push({
      path: "gateway.auth.mode",
      message: `none, and gateway.bind=${gateway.bind} reaches beyond this machine: a gateway does not start so`,
    });
  }
  return doubts;
}

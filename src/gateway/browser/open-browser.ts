import { Browser } from "../../browser/index.ts";
import { browserControlPort } from "../../config/index.ts";
import { ChildJournal } from "../../lib/child-journal.ts";
import type { GatewayDeps } from "../gateway-deps.ts";
import type { GatewaySettings } from "../start/settings.ts";

/** The browsers of a gateway; nothing of them is loaded before somebody asks for one. */
export function openBrowser(deps: GatewayDeps, settings: () => GatewaySettings): Browser {
  const { clock, env, ids, logging, paths, runtime, sockets, store } = deps;
  return new Browser({
    config: () => runtime.current,
    env: env.browser,
    variables: env.raw,
    system: env.system,
    paths,
    kv: store.kv,
    off: () => settings().browserControl.off,
    controlPort: () => {
      const { browserControl, port } = settings();
      return (
        sockets.portOf("browser-control") ?? browserControlPort(browserControl, sockets.port || port.port)
      );
    },
    children: new ChildJournal(paths.childrenDir),
    clock,
    ids,
    log: logging.log.child("browser"),
  });
}

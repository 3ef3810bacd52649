import { defineCommand, type Command } from "../command.ts";
import { choice, filled, port, text, toggle } from "../flags.ts";
import { jsonFlag } from "../rpc/flags.ts";

export const installFlags = {
  port: port("Port that the service is to use; stands in its command line"),
  token: filled("token", "Store this as gateway.auth.token"),
  runtime: choice(["node", "bun"], "Accepted; the executable is its own runtime"),
  runtimePath: filled("path", "Accepted; the executable is its own runtime"),
  wrapper: text(
    "path",
    "Start this program in place of the executable, with the same arguments; empty for none",
  ),
  allowUnconfigured: toggle("Let the service start without gateway.mode=local"),
  force: toggle("Write an installed service anew, and take over from a gateway that runs without one"),
  ...jsonFlag,
};

export const uninstallFlags = jsonFlag;

export const startFlags = jsonFlag;

export const stopFlags = {
  disable: toggle("Keep it from starting by itself, also after a reboot, until the next start"),
  force: toggle("Accepted; stopping needs no force"),
  ...jsonFlag,
};

export const restartFlags = {
  safe: toggle("Ask the gateway, which restarts once nothing is running that it would cut off"),
  skipDeferral: toggle("With --safe: do not wait for what is running"),
  force: toggle("Do not wait for what is running"),
  wait: filled("duration", "Wait so long until nothing is running (30s, 5m, 1h30m; 0: as long as it takes)"),
  preserveDefinition: toggle("Restart the service as it is installed; never mend its definition"),
  ...jsonFlag,
};

/** The life of the service; the same rows below `gateway` and `daemon`. */
export function serviceCommands(group: "gateway" | "daemon"): Command[] {
  const line = (words: string) => `openclaw ${group} ${words}`;
  return [
    defineCommand({
      name: "install",
      summary: "Install the gateway as a service of this account, and start it",
      description:
        "launchd on macOS, systemd on Linux, the Task Scheduler on Windows. A home without a configuration gets " +
        "gateway.mode=local and a token. An installed service stays as it is unless --force is given.",
      flags: installFlags,
      examples: [
        [line("install"), "Install and start; done when the gateway answers"],
        [line("install --force"), "Write the service anew, for example after the port was changed"],
        [line("install --wrapper ~/bin/with-secrets --force"), "Start it through a program of your own"],
      ],
      load: () => import("../service/verbs/install.ts"),
    }),
    defineCommand({
      name: "uninstall",
      summary: "Stop and remove the service; configuration and state stay",
      flags: uninstallFlags,
      examples: [[line("uninstall"), "Remove the service"]],
      load: () => import("../service/verbs/uninstall.ts"),
    }),
    defineCommand({
      name: "start",
      summary: "Start the installed service",
      flags: startFlags,
      examples: [[line("start"), "Start it; done when the gateway answers"]],
      load: () => import("../service/verbs/start.ts"),
    }),
    defineCommand({
      name: "stop",
      summary: "Stop the service, or the gateway that runs without one",
      flags: stopFlags,
      examples: [
        [line("stop"), "Stop it until the next start, login or boot"],
        [line("stop --disable"), "Stop it for good, until openclaw gateway start"],
      ],
      load: () => import("../service/verbs/stop.ts"),
    }),
    defineCommand({
      name: "restart",
      summary: "Restart the service, or the gateway that runs without one",
      flags: restartFlags,
      examples: [
        [line("restart"), "Restart it; done when the next one answers"],
        [line("restart --safe"), "Ask it to restart when nothing is running"],
        [line("restart --wait 30s"), "Give running work half a minute first"],
      ],
      load: () => import("../service/verbs/restart.ts"),
    }),
  ];
}

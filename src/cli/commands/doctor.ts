import { defineCommand } from "../command.ts";
import { choice, list, toggle } from "../flags.ts";
import { jsonFlag } from "../rpc/flags.ts";

export const doctorFlags = {
  fix: toggle("Mend what can be mended"),
  repair: toggle("Same as --fix"),
  yes: toggle("Agree to every repair without being asked"),
  nonInteractive: toggle("Never ask; what needs consent is left as it is"),
  force: toggle("With --fix, also put back settings of the service that somebody may have meant"),
  deep: toggle("Look beyond this user's own services, too"),
  generateGatewayToken: toggle("With --fix, make a gateway token where there is none"),
  undoMigration: toggle("Take the last migration of older state back"),
  lint: toggle(
    "Only look, for scripts: exit code 1 when something is found, 2 when it could not be looked at",
  ),
  severityMin: choice(["info", "warning", "error"], "Show and count nothing less than this", {
    placeholder: "severity",
  }),
  all: toggle("With --lint, run the checks for what is left of the past as well"),
  only: list("id", "Run this check only; may be given more than once"),
  skip: list("id", "Leave this check out; may be given more than once"),
  ...jsonFlag,
};

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Look for what is wrong here, and mend it",
  description:
    "Without --fix nothing is changed. Findings are no failure: the exit code is 1 only when a check could not be made " +
    "or a repair did not work. With --lint, findings count: see --severity-min.",
  flags: doctorFlags,
  examples: [
    ["openclaw doctor", "Look at everything, change nothing"],
    ["openclaw doctor --fix", "Mend what can be mended; asks before it replaces or moves what is yours"],
    ["openclaw doctor --only config --fix --yes", "Restore the last configuration that worked"],
    ["openclaw doctor --lint --severity-min error", "Fail a deployment that would not start"],
    ["openclaw doctor --undo-migration", "Put the state of an older version back where it was"],
    ["openclaw doctor --json", "Print the findings for a script"],
  ],
  load: () => import("../doctor/doctor.ts"),
});

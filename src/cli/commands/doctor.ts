import { defineCommand } from "../command.ts";
import { list, toggle } from "../flags.ts";
import { jsonFlag } from "../rpc/flags.ts";

export const doctorFlags = {
  fix: toggle("Mend what can be mended"),
  repair: toggle("Same as --fix"),
  yes: toggle("Agree to every repair without being asked"),
  nonInteractive: toggle("Never ask; what needs consent is left as it is"),
  only: list("id", "Run this check only; may be given more than once"),
  skip: list("id", "Leave this check out; may be given more than once"),
  ...jsonFlag,
};

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Look for what is wrong here, and mend it",
  description:
    "Without --fix nothing is changed. Findings are no failure: the exit code is 1 only when a check could not be made " +
    "or a repair did not work.",
  flags: doctorFlags,
  examples: [
    ["openclaw doctor", "Look at everything, change nothing"],
    ["openclaw doctor --fix", "Mend what can be mended; asks before it replaces a configuration"],
    ["openclaw doctor --only config --fix --yes", "Restore the last configuration that worked"],
    ["openclaw doctor --json", "Print the findings for a script"],
  ],
  load: () => import("../doctor/doctor.ts"),
});

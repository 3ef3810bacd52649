import { examine } from "../../../src/cli/backup/archive/examine.ts";
import { restoreInPlace } from "../../../src/cli/backup/in-place.ts";
import { planInPlace } from "../../../src/cli/backup/plan.ts";
import { sessionIn } from "./session.ts";

/** Restores in place and dies without a word before the step with that number. Prints the steps it comes to. */
const [home = "", archive = "", fatal = "-1"] = process.argv.slice(2);
const session = sessionIn(home);
const contents = await examine(archive, {});
const plan = await planInPlace(session, contents);
let number = 0;
await restoreInPlace({
  session,
  archive,
  contents,
  plan,
  onStep(step) {
    process.stdout.write(`${step}\n`);
    if (number++ === Number(fatal)) process.kill(process.pid, "SIGKILL");
  },
});

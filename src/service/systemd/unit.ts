import { ServiceError } from "../errors.ts";
import type { ServiceDefinition } from "../service.ts";
import { FIXED_DIRECTIVES, type FixedDirective } from "./directives.ts";
import { quoteArgument, quoteWord } from "./words.ts";

/** The text of a gateway's unit. `secretsPath` is read when the gateway starts, and may be absent. @throws ServiceError */
export function renderUnit(definition: ServiceDefinition, secretsPath: string): string {
  const { description, programArguments, workingDirectory, environment } = definition;
  const [program = "", ...args] = programArguments;
  return [
    "# Written by: openclaw gateway install. Changes of your own are safe in a drop-in: systemctl --user edit <unit>",
    "[Unit]",
    `Description=${asIs(description)}`,
    ...fixed("Unit"),
    "",
    "[Service]",
    `ExecStart=${[quoteWord(program), ...args.map(quoteArgument)].join(" ")}`,
    `WorkingDirectory=${asPath(workingDirectory)}`,
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoteWord(`${name}=${value}`)}`),
    `EnvironmentFile=-${asPattern(secretsPath)}`,
    ...fixed("Service"),
    "",
    "[Install]",
    ...fixed("Install"),
    "",
  ].join("\n");
}

function fixed(section: FixedDirective["section"]): string[] {
  return FIXED_DIRECTIVES.filter((one) => one.section === section).map(({ key, value }) => `${key}=${value}`);
}

/** A value that systemd takes as one piece, without quotes. */
function asIs(text: string): string {
  return text.replaceAll("%", "%%").replaceAll(/[\r\n]+/g, " ");
}

/** A path, which systemd takes to the end of the line: a last backslash would continue that, a last space be lost. */
function asPath(path: string): string {
  if (/[\r\n]/.test(path)) {
    throw new ServiceError("failed", `A unit cannot name this folder: ${JSON.stringify(path)}`, [
      "Use folders without line breaks in their names.",
    ]);
  }
  return asIs(/[\\\s]$/.test(path) ? `${path}/` : path);
}

/** A path that systemd looks for with glob(3). */
function asPattern(path: string): string {
  return asPath(path.replaceAll(/[[\]*?\\]/g, "\\$&"));
}

import type { RunningCommand } from "./running-command.ts";

/** Characters of the output in a notice. */
const NOTICE_CHARS = 400;

/** What a session is told about a command that ended in the background; undefined when there is nothing to tell. */
export function backgroundNotice(command: RunningCommand): string | undefined {
  const { end, facts, endSeen } = command;
  if (!facts.notify || endSeen || !end || end.reason === "manual-cancel") return undefined;
  const said = command.tail.replaceAll(/\s+/g, " ").trim().slice(-NOTICE_CHARS);
  const well = end.reason === "exit" && end.exitCode === 0;
  if (well && said === "") return undefined;
  const how = end.signal === null ? `code ${end.exitCode}` : `signal ${end.signal}`;
  const late = end.reason === "overall-timeout" ? ", timed out" : "";
  const output = said === "" ? "" : ` :: ${said}`;
  return `Exec ${well ? "completed" : "ended"} (${facts.id}, ${how}${late})${output}`;
}

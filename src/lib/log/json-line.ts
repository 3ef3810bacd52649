import { RECORD_MAX_CHARS } from "./limits.ts";
import { localIso, type LogRecord } from "./record.ts";

/** The record as one line of JSON, without the line end. */
export function jsonLine({ time, level, subsystem, message, fields }: LogRecord): string {
  const head = { time: localIso(time), level, ...(subsystem === "" ? {} : { subsystem }), message };
  if (fields === undefined) return JSON.stringify(head);
  const line = JSON.stringify({ ...head, fields });
  if (line.length <= RECORD_MAX_CHARS) return line;
  return JSON.stringify({ ...head, fieldsDropped: `${line.length} characters` });
}

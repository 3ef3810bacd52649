import { tailLog } from "../../lib/log/index.ts";
import { logs } from "../../protocol/index.ts";
import { type BoundMethod, handle } from "../method.ts";

export interface LogHandlerDeps {
  /** The log file of this moment. */
  readonly file: () => string;
  /** Settles when everything logged so far is in the file. */
  readonly flush: () => Promise<void>;
  /** Takes secrets out of text; older lines may hold one that was registered since. */
  readonly redact: (text: string) => string;
}

export function logHandlers(deps: LogHandlerDeps): BoundMethod[] {
  return [
    handle(logs.tail, async ({ cursor, limit, maxBytes }) => {
      await deps.flush();
      const tail = await tailLog({ file: deps.file(), cursor, limit, maxBytes });
      return { ...tail, lines: tail.lines.map(deps.redact) };
    }),
  ];
}

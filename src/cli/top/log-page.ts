import type { logs, ResultOf } from "../../protocol/index.ts";

/** One answer of `logs.tail`. */
export type LogPage = ResultOf<typeof logs.tail>;

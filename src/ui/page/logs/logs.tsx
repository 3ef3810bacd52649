import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { logs } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { Failure } from "../parts/card.tsx";
import { isWanted, LEVELS, type LogLine, readLine } from "./lines.ts";

/** How often the file is asked for what is new while somebody looks. */
const PACE_MS = 1_000;

/** Lines shown; older ones are in the file. */
const MAX_LINES = 2_000;

/** Lines of the first look. */
const FIRST_LINES = 400;

/** Distance from the end within which somebody reads along. */
const READS_ALONG_PX = 60;

/** The log as it grows. */
export function Logs({ live }: { readonly live: Live }) {
  const { lines, file, error } = useTail(live);
  const [least, setLeast] = useState<string>("info");
  const [search, setSearch] = useState("");
  const wanted = lines.filter((line) => isWanted(line, least, search.trim()));
  const scroller = useRef<HTMLDivElement>(null);
  const readsAlong = useRef(true);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current !== null && readsAlong.current) current.scrollTop = current.scrollHeight;
  }, [lines, least, search]);
  return (
    <div class="page logs-page">
      <h1>Logs</h1>
      <div class="logs-head">
        <label>
          From{" "}
          <select value={least} onChange={(event) => setLeast(event.currentTarget.value)}>
            {LEVELS.map((level) => (
              <option key={level} value={level}>
                {level}
              </option>
            ))}
          </select>
        </label>
        <input
          type="search"
          aria-label="Search the log"
          placeholder="Search"
          value={search}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      <Failure text={error} />
      <div
        class="log-lines"
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="Log lines"
        onScroll={({ currentTarget: at }) => {
          readsAlong.current = at.scrollHeight - at.scrollTop - at.clientHeight < READS_ALONG_PX;
        }}
      >
        {wanted.map((line) => (
          <p key={line.id} class={`log ${line.level}`}>
            <time>{line.time.slice(11, 23)}</time> <span class="level">{line.level}</span>{" "}
            <span class="subsystem">{line.subsystem}</span> {line.message}
          </p>
        ))}
      </div>
      <small>{file}</small>
    </div>
  );
}

interface Tail {
  readonly lines: readonly LogLine[];
  readonly file: string;
  readonly error: string | undefined;
}

/** Follows the file while it is looked at. */
function useTail(live: Live): Tail {
  const [tail, setTail] = useState<Tail>({ lines: [], file: "", error: undefined });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let cursor: number | undefined;
    let count = 0;
    let isOver = false;
    const look = async (): Promise<void> => {
      try {
        const answer = await live.client.request<typeof logs.tail>(
          "logs.tail",
          cursor === undefined ? { limit: FIRST_LINES } : { cursor },
        );
        if (isOver) return;
        cursor = answer.cursor;
        const fresh = answer.lines.map((line) => readLine(line, ++count));
        setTail(({ lines }) => ({
          lines: fresh.length === 0 ? lines : [...lines, ...fresh].slice(-MAX_LINES),
          file: answer.file,
          error: undefined,
        }));
      } catch (failure) {
        const error = failure instanceof Error ? failure.message : String(failure);
        if (!isOver) setTail((before) => ({ ...before, error }));
      }
      // A page nobody looks at asks nothing.
      if (!isOver) timer = setTimeout(() => void (document.hidden ? wait() : look()), PACE_MS);
    };
    const wait = (): void => {
      timer = setTimeout(() => void (document.hidden ? wait() : look()), PACE_MS);
    };
    setTail({ lines: [], file: "", error: undefined });
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [live]);
  return tail;
}

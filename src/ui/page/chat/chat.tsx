import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { sessions } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { useAnswer } from "../live/use-answer.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { useObservable } from "../observable.ts";
import { Failure } from "../parts/card.tsx";
import type { Places } from "../place.ts";
import { Composer } from "./composer.tsx";
import { Conversation } from "./conversation.ts";
import { MAX_FILE_BYTES, READS_ALONG_PX } from "./limits.ts";
import { Line } from "./line.tsx";
import { Sessions, titleOf } from "./sessions.tsx";

interface ChatProps {
  readonly live: Live;
  readonly places: Places;
  /** The main session when none is named. */
  readonly session: string | undefined;
}

/** Talking with agents: the conversations, and one of them. */
export function Chat({ live, places, session }: ChatProps) {
  const key = session ?? live.hello.snapshot.sessionDefaults?.mainSessionKey ?? "main";
  const [isListOpen, setListOpen] = useState(false);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  useEffect(() => {
    live.client
      .request<typeof sessions.subscribe>("sessions.subscribe", {})
      .then(undefined, (error: unknown) =>
        setTrouble(error instanceof Error ? error.message : String(error)),
      );
  }, [live]);
  const open = (to: string): void => {
    setListOpen(false);
    places.go({ room: "chat", session: to });
  };
  const begin = async (): Promise<void> => {
    try {
      const { key: made } = await live.client.request<typeof sessions.create>("sessions.create", {});
      setTrouble(undefined);
      open(made);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div class={isListOpen ? "chat list-open" : "chat"}>
      <Sessions
        live={live}
        current={key}
        address={(to) => places.address({ room: "chat", session: to })}
        open={open}
        begin={() => void begin()}
        close={() => setListOpen(false)}
      />
      <section class="conversation" aria-label="Conversation">
        <header class="conversation-head">
          <button
            type="button"
            class="list-toggle"
            aria-expanded={isListOpen}
            onClick={() => setListOpen(!isListOpen)}
          >
            Conversations
          </button>
          <Title live={live} sessionKey={key} />
        </header>
        <Failure text={trouble} />
        <Talk key={key} live={live} sessionKey={key} />
      </section>
    </div>
  );
}

/** What the conversation is called, and who answers in it. */
function Title({ live, sessionKey }: { readonly live: Live; readonly sessionKey: string }) {
  const { value } = useAnswer(
    live,
    (client) =>
      client.request<typeof sessions.describe>("sessions.describe", {
        key: sessionKey,
        includeDerivedTitles: true,
      }),
    { events: ["sessions.changed"], key: sessionKey },
  );
  const row = value?.session ?? undefined;
  const model = row?.["model"];
  return (
    <h1>
      {row === undefined ? titleOf({ key: sessionKey }) : titleOf(row)}
      {typeof model === "string" && <small> {model}</small>}
    </h1>
  );
}

/** One conversation; what was written in it stays while the connection is away. */
function Talk({ live, sessionKey }: { readonly live: Live; readonly sessionKey: string }) {
  const conversation = useMemo(() => new Conversation(live, sessionKey), [live, sessionKey]);
  useEffect(() => {
    conversation.open();
    return () => conversation.close();
  }, [conversation]);
  const { running } = useObservable(conversation.transcript);
  const trouble = useObservable(conversation.trouble);
  return (
    <>
      <Lines conversation={conversation} />
      <div class="below">
        <Failure text={trouble} />
        <Composer
          conversation={conversation}
          isAnswering={running !== undefined}
          canWrite={live.may("operator.write")}
          maxFileBytes={live.hello.policy.attachments?.maxImageBytes ?? MAX_FILE_BYTES}
        />
      </div>
    </>
  );
}

function Lines({ conversation }: { readonly conversation: Conversation }) {
  const transcript = useObservable(conversation.transcript);
  const isLoading = useObservable(conversation.isLoading);
  const earlierFrom = useObservable(conversation.earlierFrom);
  const scroller = useRef<HTMLDivElement>(null);
  const readsAlong = useRef(true);
  useLayoutEffect(() => {
    const { current } = scroller;
    if (current !== null && readsAlong.current) current.scrollTop = current.scrollHeight;
  }, [transcript]);
  const { entries, running } = transcript;
  return (
    <div
      class="lines"
      ref={scroller}
      role="log"
      aria-live="polite"
      aria-label="Messages"
      aria-busy={running !== undefined}
      tabIndex={0}
      onScroll={({ currentTarget: at }) => {
        readsAlong.current = at.scrollHeight - at.scrollTop - at.clientHeight < READS_ALONG_PX;
      }}
    >
      <div class="lines-inner">
        {earlierFrom !== undefined && (
          <button type="button" class="quiet" onClick={() => void conversation.earlier()}>
            Earlier messages
          </button>
        )}
        {!isLoading && entries.length === 0 && running === undefined && (
          <p class="hint empty">Nothing was said here yet. Write the first message.</p>
        )}
        {entries.map((entry) => (
          <Line key={`${entry.kind}:${entry.id}`} entry={entry} />
        ))}
        {running !== undefined && (
          <article class="line answer" aria-label="Answer" data-running>
            {running.text === "" ? <p class="waiting">Thinking</p> : <Markdown text={running.text} />}
          </article>
        )}
      </div>
    </div>
  );
}

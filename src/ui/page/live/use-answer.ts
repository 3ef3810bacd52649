import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { GatewayClient } from "../../../client/browser/index.ts";
import { useObservable } from "../observable.ts";
import type { Live } from "./live.ts";

/** Events that come together are one reason to ask again. */
const SETTLE_MS = 120;

/** What a request answered, and what went wrong with the last one. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly error: string | undefined;
  /** Asks again now. */
  readonly again: () => void;
}

export interface AskOptions {
  /** Events after which the answer may be another. */
  readonly events?: readonly string[];
  /** Ask anew when it changes; `undefined` asks nothing. */
  readonly key?: string | undefined;
}

/** Asks the gateway and keeps the answer true: anew after the events named, and after a gap. */
export function useAnswer<T>(
  live: Live,
  ask: (client: GatewayClient) => Promise<T>,
  { events = [], key = "" }: AskOptions = {},
): Answer<T> {
  const [value, setValue] = useState<T | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const epoch = useObservable(live.epoch);
  const latest = useRef(ask);
  latest.current = ask;
  const turn = useRef(0);
  const again = useCallback(() => {
    const mine = ++turn.current;
    latest.current(live.client).then(
      (answer) => {
        if (mine !== turn.current) return;
        setValue(() => answer);
        setError(undefined);
      },
      (failure: unknown) => {
        if (mine === turn.current) setError(failure instanceof Error ? failure.message : String(failure));
      },
    );
  }, [live]);
  useEffect(() => {
    again();
    return () => void turn.current++;
  }, [again, epoch, key]);
  const named = events.join(" ");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(again, SETTLE_MS);
    };
    const stops = named === "" ? [] : named.split(" ").map((event) => live.client.onEvent(event, soon));
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [live, again, named]);
  return { value, error, again };
}

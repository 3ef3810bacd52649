/** What a signal asks a running gateway to do. */
export type SignalRequest =
  { kind: "stop"; signal: NodeJS.Signals } | { kind: "restart"; signal: NodeJS.Signals };

const STOP_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
const RESTART_SIGNALS = ["SIGUSR1", "SIGUSR2"] as const;

/** Calls `listener` for each signal the gateway understands until disposed. */
export function listenForSignals(listener: (request: SignalRequest) => void): Disposable {
  const installed: [NodeJS.Signals, () => void][] = [];
  const install = (signal: NodeJS.Signals, kind: SignalRequest["kind"]): void => {
    const handler = (): void => listener({ kind, signal });
    process.on(signal, handler);
    installed.push([signal, handler]);
  };
  for (const signal of STOP_SIGNALS) install(signal, "stop");
  for (const signal of RESTART_SIGNALS) install(signal, "restart");
  return {
    [Symbol.dispose]() {
      for (const [signal, handler] of installed) process.off(signal, handler);
    },
  };
}

import { useEffect, useState } from "preact/hooks";
import { GatewayRequestError, isRecord } from "../../../client/browser/index.ts";
import type { ConfigView, config } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { useAnswer } from "../live/use-answer.ts";
import { Badge, Card, Failure } from "../parts/card.tsx";

/** What was in the file when somebody began to change it. */
interface Editing {
  readonly text: string;
  /** The hash it began from; a file that changed since is not overwritten unasked. */
  readonly baseHash: string;
}

interface Outcome {
  readonly tone: "good" | "bad";
  readonly text: string;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
}

/** The configuration: the file as people write it, and what follows from it. */
export function Config({ live }: { readonly live: Live }) {
  const { value, error, again } = useAnswer(
    live,
    (client) => client.request<typeof config.get>("config.get", {}),
    { events: ["config.changed"] },
  );
  return (
    <div class="page">
      <h1>Configuration</h1>
      <Failure text={error} />
      {value !== undefined && (
        <>
          <Editor live={live} view={value} again={again} />
          <Card title="In effect" wide>
            <p class="hint">With everything that is not set filled in. Secrets are not shown.</p>
            <details>
              <summary>Show it</summary>
              <pre class="effective" tabIndex={0}>
                {JSON.stringify(value.runtimeConfig, null, 2)}
              </pre>
            </details>
          </Card>
        </>
      )}
    </div>
  );
}

function Editor(props: { readonly live: Live; readonly view: ConfigView; readonly again: () => void }) {
  const { live, view, again } = props;
  const [editing, setEditing] = useState<Editing | undefined>(undefined);
  const [outcome, setOutcome] = useState<Outcome | undefined>(undefined);
  const [isSaving, setSaving] = useState(false);
  const shown = editing?.text ?? view.raw ?? "";
  const isBehind = editing !== undefined && editing.baseHash !== view.hash;
  useEffect(() => {
    if (editing === undefined) return undefined;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [editing === undefined]);
  const save = async (): Promise<void> => {
    if (editing === undefined) return;
    setSaving(true);
    try {
      const params = { raw: editing.text, baseHash: editing.baseHash };
      await live.client.request<typeof config.set>("config.set", params);
      setEditing(undefined);
      setOutcome({ tone: "good", text: "Saved. What needs no restart is in effect.", issues: [] });
      again();
    } catch (failure) {
      setOutcome(outcomeOf(failure));
    } finally {
      setSaving(false);
    }
  };
  const mayEdit = live.may("operator.admin");
  return (
    <Card
      title="File"
      wide
      aside={view.valid ? <Badge tone="good">valid</Badge> : <Badge tone="bad">not valid</Badge>}
    >
      <p class="hint">
        <code>{view.path}</code>
        {view.includedPaths.length > 0 && ` and ${view.includedPaths.length} files it includes`}
      </p>
      <Issues tone="bad" issues={view.issues} />
      <Issues tone="busy" issues={view.warnings} />
      {isBehind && (
        <p class="notice" role="status">
          The file was changed elsewhere since you began.{" "}
          <button type="button" class="quiet" onClick={() => setEditing(undefined)}>
            Show what it is now
          </button>
        </p>
      )}
      <textarea
        class="code"
        aria-label="Configuration file, JSON5"
        spellcheck={false}
        autocomplete="off"
        readOnly={!mayEdit}
        rows={20}
        value={shown}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setEditing({ text: value, baseHash: editing?.baseHash ?? view.hash });
          setOutcome(undefined);
        }}
      />
      {outcome !== undefined && (
        <div role={outcome.tone === "bad" ? "alert" : "status"}>
          <p class={outcome.tone === "bad" ? "failure" : "hint"}>{outcome.text}</p>
          <Issues tone="bad" issues={outcome.issues} />
        </div>
      )}
      {mayEdit && (
        <div class="buttons">
          <button
            type="button"
            class="primary"
            disabled={editing === undefined || isSaving}
            onClick={() => void save()}
          >
            Save
          </button>
          <button type="button" disabled={editing === undefined} onClick={() => setEditing(undefined)}>
            Discard
          </button>
        </div>
      )}
    </Card>
  );
}

function Issues(props: { readonly tone: "bad" | "busy"; readonly issues: Outcome["issues"] }) {
  if (props.issues.length === 0) return null;
  return (
    <ul class={`issues ${props.tone}`}>
      {props.issues.map(({ path, message }, index) => (
        <li key={index}>
          {path !== "" && <code>{path}</code>} {message}
        </li>
      ))}
    </ul>
  );
}

function outcomeOf(failure: unknown): Outcome {
  const text = failure instanceof Error ? failure.message : String(failure);
  if (!(failure instanceof GatewayRequestError)) return { tone: "bad", text, issues: [] };
  const listed =
    isRecord(failure.details) && Array.isArray(failure.details.issues) ? failure.details.issues : [];
  const issues = listed
    .filter(isRecord)
    .map(({ path, message }) => ({ path: wordOf(path), message: wordOf(message) }));
  return {
    tone: "bad",
    text: /changed since/.test(text) ? "Not saved: the file was changed elsewhere since you began." : text,
    issues,
  };
}

function wordOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

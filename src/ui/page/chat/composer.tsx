import { useRef, useState } from "preact/hooks";
import { Failure } from "../parts/card.tsx";
import type { Conversation, Outgoing } from "./conversation.ts";
import { outgoing } from "./files.ts";

interface ComposerProps {
  readonly conversation: Conversation;
  readonly isAnswering: boolean;
  readonly canWrite: boolean;
  readonly maxFileBytes: number;
}

/** Where a person writes. Enter sends, Shift+Enter begins a line, Escape stops the answer. */
export function Composer({ conversation, isAnswering, canWrite, maxFileBytes }: ComposerProps) {
  const [draft, setDraft] = useState("");
  const [files, setFiles] = useState<readonly Outgoing[]>([]);
  const [trouble, setTrouble] = useState<string | undefined>(undefined);
  const picker = useRef<HTMLInputElement>(null);
  const isEmpty = draft.trim() === "" && files.length === 0;

  const send = async (): Promise<void> => {
    if (isEmpty || !canWrite) return;
    const [said, sent] = [draft, files];
    setDraft("");
    setFiles([]);
    setTrouble(undefined);
    if (await conversation.say(said.trim(), sent)) return;
    // Not taken: nobody shall have to write it again.
    setDraft((now) => (now === "" ? said : now));
    setFiles((now) => (now.length === 0 ? sent : now));
  };
  const take = async (list: FileList | undefined | null): Promise<void> => {
    try {
      const read = await Promise.all([...(list ?? [])].map((file) => outgoing(file, maxFileBytes)));
      setFiles((now) => [...now, ...read]);
      setTrouble(undefined);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer?.files);
      }}
    >
      <Failure text={trouble} />
      <Files files={files} remove={(gone) => setFiles((now) => now.filter((file) => file !== gone))} />
      <div class="composer-row">
        <button
          type="button"
          class="round"
          aria-label="Attach pictures or text files"
          disabled={!canWrite}
          onClick={() => picker.current?.click()}
        >
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 5v14M5 12h14" />
          </svg>
        </button>
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            void take(event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
        <textarea
          aria-label="Message"
          placeholder={canWrite ? "Write a message" : "This browser may only read"}
          rows={1}
          disabled={!canWrite}
          value={draft}
          onInput={(event) => setDraft(event.currentTarget.value)}
          onPaste={(event) => {
            if ((event.clipboardData?.files.length ?? 0) === 0) return;
            event.preventDefault();
            void take(event.clipboardData?.files);
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape" && isAnswering) void conversation.stop();
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            // On a touch screen there is no Shift; its button sends.
            if (matchMedia("(pointer: coarse)").matches) return;
            event.preventDefault();
            void send();
          }}
        />
        {isAnswering && (
          <button type="button" class="round stop" aria-label="Stop" onClick={() => void conversation.stop()}>
            <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
              <path d="M7 7h10v10H7z" fill="currentColor" />
            </svg>
          </button>
        )}
        <button type="submit" class="round primary" aria-label="Send" disabled={isEmpty || !canWrite}>
          <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M12 19V5M6 11l6-6 6 6" />
          </svg>
        </button>
      </div>
    </form>
  );
}

function Files(props: { readonly files: readonly Outgoing[]; readonly remove: (file: Outgoing) => void }) {
  if (props.files.length === 0) return null;
  return (
    <ul class="files">
      {props.files.map((file, index) => (
        <li key={index}>
          {file.preview !== undefined && <img src={file.preview} alt="" />}
          <span>{file.name}</span>
          <button
            type="button"
            class="quiet"
            aria-label={`Remove ${file.name}`}
            onClick={() => props.remove(file)}
          >
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}

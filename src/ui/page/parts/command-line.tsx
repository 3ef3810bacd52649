import { useState } from "preact/hooks";

/** How long the button says that it did its work. */
const COPIED_MS = 1_500;

/** A command for a terminal, with a button that copies it. */
export function CommandLine({ command }: { readonly command: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), COPIED_MS);
  };
  return (
    <div class="command">
      <code>{command}</code>
      {/* Only pages that came securely may write to the clipboard. */}
      {isSecureContext && (
        <button type="button" class="quiet" aria-label={`Copy: ${command}`} onClick={() => void copy()}>
          {copied ? "Copied" : "Copy"}
        </button>
      )}
    </div>
  );
}

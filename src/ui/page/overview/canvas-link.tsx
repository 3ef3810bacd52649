import { useState } from "preact/hooks";
import type { surfaces } from "../../../protocol/index.ts";
import type { Live } from "../live/live.ts";
import { Failure } from "../parts/card.tsx";

const PATH = "/__openclaw__/canvas/";

/** Opens the canvas in a tab of its own, by an address that is good for as long as this connection. */
export function CanvasLink({ live }: { readonly live: Live }) {
  const [error, setError] = useState<string | undefined>(undefined);
  const open = (): void => {
    // Now, while the browser knows that somebody pressed a button.
    const tab = window.open("about:blank", "_blank");
    if (tab === null) {
      setError("The browser did not let a tab be opened.");
      return;
    }
    // What agents draw there is not to reach this page.
    tab.opener = null;
    live.client.request<typeof surfaces.refresh>("plugin.surface.refresh", { surface: "canvas" }).then(
      ({ pluginSurfaceUrls }) => {
        setError(undefined);
        tab.location.href = `${pluginSurfaceUrls["canvas"] ?? ""}${PATH}`;
      },
      (failure: unknown) => {
        tab.close();
        setError(failure instanceof Error ? failure.message : String(failure));
      },
    );
  };
  return (
    <>
      <button type="button" class="quiet" onClick={open}>
        Open the canvas
      </button>
      <Failure text={error} />
    </>
  );
}

/** Name of the stream of changes, below the surface; no file of a canvas is called so, because hidden ones are not served. */
export const CHANGES_NAME = ".changes";

/** `state` is that of the folder when the page was read: a change between then and the first listening is not missed. */
export function reloadScript(state: string): string {
  return `
<script>
(() => {
  const canvas = /^.*?\\/__[a-z]+__\\/canvas\\//.exec(location.pathname)?.[0];
  if (!canvas || !self.EventSource) return;
  let source;
  const listen = () => {
    source?.close();
    // A browser has few connections to one host; pages nobody looks at leave them to others.
    source = document.hidden ? undefined : new EventSource(canvas + "${CHANGES_NAME}?since=${state}");
    if (source) source.onmessage = () => location.reload();
  };
  document.addEventListener("visibilitychange", listen);
  listen();
})();
</script>
`;
}

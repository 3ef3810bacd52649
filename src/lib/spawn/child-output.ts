/** An output of a child that is being read. */
export interface ChildOutput {
  /** Settles at its end, or at `cancel`. Never rejects. */
  readonly ended: Promise<void>;
  /** Stops reading: a program that left its group may hold the output for ever. */
  cancel(): void;
}

/** Reads an output as text, as it comes. */
export function listen(stream: ReadableStream<Uint8Array>, hear: (text: string) => void): ChildOutput {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  const pump = async (): Promise<void> => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      hear(decoder.decode(next.value, { stream: true }));
    }
    const rest = decoder.decode();
    if (rest !== "") hear(rest);
  };
  // A pipe that breaks has nothing more to say, as one that ends.
  return { ended: pump().catch(ignore), cancel: () => void reader.cancel().catch(ignore) };
}

function ignore(): void {
  // There is nobody to tell.
}

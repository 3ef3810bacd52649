import { Component, type ComponentChildren } from "preact";

interface FenceProps {
  /** Shown in place of what cannot be drawn. */
  readonly instead: ComponentChildren;
  readonly children: ComponentChildren;
}

/** Keeps what cannot be drawn from taking the rest of the page with it. */
export class Fence extends Component<FenceProps, { broken: boolean }> {
  override state = { broken: false };

  static override getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render({ instead, children }: FenceProps, { broken }: { broken: boolean }): ComponentChildren {
    return broken ? instead : children;
  }
}

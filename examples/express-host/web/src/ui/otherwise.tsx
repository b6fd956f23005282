import { Component, type ReactNode } from 'react';

/** Shows something else where its children cannot be shown, and leaves the rest of the page as it is. */
export class Otherwise extends Component<{ show: ReactNode; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.show : this.props.children;
  }
}

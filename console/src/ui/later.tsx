// Parts of the page that are loaded when first needed, which can fail: offline, or after a deployment.
import { Component, type ComponentType, type JSX, lazy, type ReactNode, Suspense } from "react";
import { ApiError } from "../lib/problem";
import { Problem } from "./states";

type Load<P> = () => Promise<{ default: ComponentType<P> }>;

interface Frame<P> {
  /** What stands there until the part has come. */
  waiting: ReactNode;
  /** What stands around the words about a part that did not come. */
  around: (problem: ReactNode, props: P) => ReactNode;
}

/** A part loaded when it is first shown. Where that fails it says so, and trying again really tries again. */
export function later<P extends object>(load: Load<P>, { waiting, around }: Frame<P>): ComponentType<P> {
  let Part = lazy(load);
  const forget = (): void => {
    Part = lazy(load);
  };
  return function Later(props: P): JSX.Element {
    return (
      <Boundary onRetry={forget} around={(problem) => around(problem, props)}>
        {() => (
          <Suspense fallback={waiting}>
            <Part {...props} />
          </Suspense>
        )}
      </Boundary>
    );
  };
}

interface BoundaryProps {
  onRetry: () => void;
  around: (problem: ReactNode) => ReactNode;
  children: () => ReactNode;
}

class Boundary extends Component<BoundaryProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  retry = (): void => {
    this.props.onRetry();
    this.setState({ failed: false });
  };

  override render(): ReactNode {
    const { around, children } = this.props;
    return this.state.failed ? around(<Problem error={notLoaded()} onRetry={this.retry} />) : children();
  }
}

const notLoaded = (): ApiError =>
  new ApiError(
    0,
    "not_loaded",
    "This part of the page could not be loaded",
    "Check your connection and try again. If that does not help, reload the page: there may be a newer one.",
  );

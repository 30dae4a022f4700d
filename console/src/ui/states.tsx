// Loading, error and empty: three different screens, never to be taken for one another.
import { type JSX, type ReactNode, useId } from "react";
import type { ApiError } from "../lib/problem";
import type { Load } from "../lib/load";
import { Button } from "./controls";
import { Icon, type IconName } from "./icons";

export function Loading({ what }: { what: string }): JSX.Element {
  return (
    <div className="loading" role="status">
      <span className="sr-only">Loading {what}</span>
      {[92, 78, 85, 64, 88, 71].map((width) => (
        <div key={width} className="skeleton" aria-hidden="true">
          <span className={`bone w${Math.round(width / 10)}`} />
          <span className="bone short" />
        </div>
      ))}
    </div>
  );
}

/** What went wrong and what to do, beside the thing it concerns. */
export function Problem({
  error,
  onRetry,
}: {
  error: ApiError;
  onRetry?: (() => void) | undefined;
}): JSX.Element {
  return (
    <div className="notice danger" role="alert">
      <Icon name="warn" />
      <div>
        <strong>{error.title}</strong>
        <p>
          {error.message}
          {error.retryAfter !== null && ` Try again in ${error.retryAfter} s.`}
        </p>
        {error.requestId && <p className="fine">Request {error.requestId}</p>}
        {onRetry && (
          <Button icon="refresh" onClick={onRetry}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

type Tone = "info" | "warn" | "good" | "danger";

const TONE_ICON: Record<Tone, IconName> = { info: "info", warn: "warn", good: "check", danger: "warn" };

export function Notice({ tone = "info", children }: { tone?: Tone; children: ReactNode }): JSX.Element {
  return (
    <div className={`notice ${tone}`}>
      <Icon name={TONE_ICON[tone]} />
      <div>{children}</div>
    </div>
  );
}

interface EmptyProps {
  icon: IconName;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
}

export function Empty({ icon, title, children, actions }: EmptyProps): JSX.Element {
  const id = useId();
  return (
    <section className="empty" aria-labelledby={id}>
      <span className="empty-icon">
        <Icon name={icon} size={22} />
      </span>
      <h2 id={id}>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className="actions">{actions}</div>}
    </section>
  );
}

interface ShownProps<T> {
  load: Load<T>;
  what: string;
  onRetry: () => void;
  children: (data: T) => ReactNode;
}

/** The one place where the three states part. */
export function Shown<T>({ load, what, onRetry, children }: ShownProps<T>): ReactNode {
  if (load.state === "loading") return <Loading what={what} />;
  if (load.state === "error") return <Problem error={load.error} onRetry={onRetry} />;
  return children(load.data);
}

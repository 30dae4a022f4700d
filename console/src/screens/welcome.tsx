// Before a session, and at its end.
import { Dialog, DialogHeading } from "@ariakit/react/dialog";
import { type JSX, useState } from "react";
import type { Auth } from "../lib/auth";
import { type ApiError, asProblem, wordsOf } from "../lib/problem";
import { Button } from "../ui/controls";
import { Icon, Logo } from "../ui/icons";
import { Problem } from "../ui/states";

export function Starting(): JSX.Element {
  return (
    <main className="welcome" aria-busy="true">
      <Logo size={44} />
      <p role="status">Opening Bootseal…</p>
    </main>
  );
}

export function Welcome({ auth, message }: { auth: Auth | null; message: string | null }): JSX.Element {
  const [error, setError] = useState(message);
  const [busy, setBusy] = useState(false);
  const signIn = async (): Promise<void> => {
    setBusy(true);
    try {
      await auth?.leave(location.hash);
    } catch (reason) {
      setError(wordsOf(reason));
      setBusy(false);
    }
  };
  return (
    <main className="welcome">
      <section className="welcome-card" aria-labelledby="welcome-title">
        <Logo size={52} />
        <h1 id="welcome-title">Bootseal</h1>
        <p className="lead">Secrets that only a booting VM can open.</p>
        {error && (
          <div className="notice danger" role="alert">
            <Icon name="warn" />
            <div>{error}</div>
          </div>
        )}
        {auth ? (
          <Button look="primary" busy={busy} disabled={busy} onClick={signIn}>
            Sign in
          </Button>
        ) : (
          <Button look="primary" icon="refresh" onClick={() => location.reload()}>
            Try again
          </Button>
        )}
        <ul className="promises">
          <li>
            <Icon name="lock" /> Values are sealed in this browser before they are sent.
          </li>
          <li>
            <Icon name="eyeOff" /> Nobody can read one back, not even here.
          </li>
          <li>
            <Icon name="play" /> VMs receive them once, at launch.
          </li>
        </ul>
      </section>
    </main>
  );
}

/** The service no longer takes the token. What is on the screen stays there until the person leaves. */
export function SessionEnded({ onSignIn }: { onSignIn: () => Promise<void> }): JSX.Element {
  const [error, setError] = useState<ApiError | null>(null);
  const signIn = (): Promise<void> => onSignIn().catch((reason: unknown) => setError(asProblem(reason)));
  return (
    <Dialog
      open
      role="alertdialog"
      hideOnEscape={false}
      hideOnInteractOutside={false}
      backdrop={<div className="backdrop" />}
      className="confirm"
    >
      <DialogHeading className="confirm-title">Your session has ended</DialogHeading>
      <div className="confirm-body">
        <p>Sign in again to go on. A value that was not saved has to be entered again.</p>
      </div>
      {error && <Problem error={error} />}
      <div className="actions">
        <Button look="primary" onClick={signIn}>
          Sign in again
        </Button>
      </div>
    </Dialog>
  );
}

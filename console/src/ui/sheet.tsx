// Dialogs: a sheet at the side for work, a small box for a question. Focus goes in, stays in, and returns.
import { Dialog, DialogDismiss, DialogHeading } from "@ariakit/react/dialog";
import { type JSX, type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import type { ApiError } from "../lib/problem";
import { Button } from "./controls";
import { Icon } from "./icons";
import { Problem } from "./states";

/** What had the focus last, menus and dialogs apart: they are gone by the time it is returned. */
let opener: HTMLElement | null = null;

addEventListener("focusin", ({ target }) => {
  if (target instanceof HTMLElement && !target.closest("[role=menu], [role=dialog], [role=alertdialog]"))
    opener = target;
});

/** A dialog that is taken away after its work is done, rather than closed, returns the focus itself. */
function useReturnOfFocus(): void {
  useLayoutEffect(() => () => giveFocus(FRAMES), []);
}

const FRAMES = 20;

/** The page behind a dialog takes no focus for the few frames until it is woken: try until it does. */
function giveFocus(frames: number): void {
  if (frames === 0) return;
  requestAnimationFrame(() => {
    if (document.activeElement === document.body)
      (opener?.isConnected ? opener : document.querySelector("main"))?.focus();
    giveFocus(frames - 1);
  });
}

/**
 * A menu that closes gives the focus back to its button, at times after the dialog it opened has taken it, and what is
 * behind a dialog cannot keep it: take it again until it stays.
 */
function useFocusInside(): RefObject<HTMLDivElement | null> {
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element) keepFocus(element, FRAMES);
  }, []);
  return dialog;
}

function keepFocus(dialog: HTMLElement, frames: number): void {
  if (frames === 0 || !dialog.isConnected) return;
  requestAnimationFrame(() => {
    if (!document.activeElement?.closest("[role=dialog], [role=alertdialog]"))
      dialog.querySelector<HTMLElement>("[data-autofocus=true], button")?.focus();
    keepFocus(dialog, frames - 1);
  });
}

interface SheetProps {
  title: ReactNode;
  intro?: ReactNode;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function Sheet({ title, intro, wide = false, onClose, children }: SheetProps): JSX.Element {
  useReturnOfFocus();
  const dialog = useFocusInside();
  return (
    <Dialog
      ref={dialog}
      open
      onClose={onClose}
      backdrop={<div className="backdrop" />}
      className={`sheet ${wide ? "wide" : ""}`}
      unmountOnHide
    >
      <header className="sheet-head">
        <div>
          <DialogHeading className="sheet-title">{title}</DialogHeading>
          {intro && <p className="sheet-intro">{intro}</p>}
        </div>
        <DialogDismiss className="icon-button" aria-label="Close">
          <Icon name="close" />
        </DialogDismiss>
      </header>
      {children}
    </Dialog>
  );
}

interface ConfirmProps {
  title: ReactNode;
  children: ReactNode;
  action: string;
  busy: boolean;
  error: ApiError | null;
  onConfirm: () => void;
  onClose: () => void;
}

/** A question about something that cannot be undone. The safe answer is the first one reached. */
export function Confirm({
  title,
  children,
  action,
  busy,
  error,
  onConfirm,
  onClose,
}: ConfirmProps): JSX.Element {
  useReturnOfFocus();
  const dialog = useFocusInside();
  return (
    <Dialog
      ref={dialog}
      open
      role="alertdialog"
      onClose={onClose}
      backdrop={<div className="backdrop" />}
      className="confirm"
      unmountOnHide
    >
      <DialogHeading className="confirm-title">{title}</DialogHeading>
      <div className="confirm-body">{children}</div>
      {error && <Problem error={error} />}
      <div className="actions">
        <DialogDismiss className="button secondary">
          <span>Cancel</span>
        </DialogDismiss>
        <Button look="danger" busy={busy} disabled={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}

// Short messages after an action, with an undo where it is cheap. One live region, always in the page.
import {
  createContext,
  type JSX,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from "react";
import { Icon } from "./icons";

interface Toast {
  id: number;
  text: ReactNode;
  undo: (() => Promise<void>) | null;
}

type Say = (text: ReactNode, undo?: () => Promise<void>) => void;

const ToastContext = createContext<Say>(() => undefined);

const PLAIN_MS = 6_000;
const UNDO_MS = 12_000;

export const useToast = (): Say => useContext(ToastContext);

export function ToastProvider({ children }: { children: ReactNode }): JSX.Element {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const next = useRef(0);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  const say = useCallback<Say>(
    (text, undo) => {
      const id = (next.current += 1);
      setToasts((all) => [...all.slice(-2), { id, text, undo: undo ?? null }]);
      setTimeout(() => drop(id), undo ? UNDO_MS : PLAIN_MS);
    },
    [drop],
  );
  const shown = useMemo(() => children, [children]);
  return (
    <ToastContext.Provider value={say}>
      {shown}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((toast) => (
          <ToastBox key={toast.id} toast={toast} onDone={() => drop(toast.id)} />
        ))}
      </div>
    </ToastContext.Provider>
  );
}

function ToastBox({ toast, onDone }: { toast: Toast; onDone: () => void }): JSX.Element {
  const undo = async (): Promise<void> => {
    onDone();
    await toast.undo?.();
  };
  return (
    <div className="toast">
      <Icon name="check" />
      <div>{toast.text}</div>
      {toast.undo && (
        <button type="button" className="toast-undo" onClick={undo}>
          Undo
        </button>
      )}
      <button type="button" className="toast-close" aria-label="Dismiss message" onClick={onDone}>
        <Icon name="close" size={14} />
      </button>
    </div>
  );
}

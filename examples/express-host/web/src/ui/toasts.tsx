import { useEffect, useRef, useState } from 'react';
import { type Live, type Toast, useLive } from '../state/live';
import { pathTo } from '../state/route';
import { Icon } from './icons';
import { Words } from './parts';

const SHOWN_MS = 8_000;

/** What has just happened: gone after a while, unless the pointer or the focus rests on it. The inbox keeps all of it. */
export function Toasts({ live, after }: { live: Live; after: () => void }) {
  const { toasts } = useLive(live);
  const [isPointedAt, setPointedAt] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const hasSome = toasts.length > 0;
  useEffect(() => {
    // What goes under the pointer or the focus says no farewell.
    if (hasSome) return;
    setPointedAt(false);
    setFocused(false);
  }, [hasSome]);
  const dismiss = (id: string) => {
    live.dismiss(id);
    if (!box.current?.contains(document.activeElement)) return;
    const next = [...box.current.querySelectorAll<HTMLElement>('.dismiss')].find(({ dataset }) => dataset.toast !== id);
    if (next) next.focus();
    else after();
  };
  return (
    <div
      className="toasts"
      ref={box}
      role="status"
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    >
      {toasts.map((toast) => (
        <OneToast
          key={toast.id}
          toast={toast}
          isHeld={isPointedAt || isFocused}
          onDismiss={() => dismiss(toast.id)}
          onOver={() => live.dismiss(toast.id)}
        />
      ))}
    </div>
  );
}

function OneToast({
  toast: { id, text, opportunityId },
  isHeld,
  onDismiss,
  onOver,
}: {
  toast: Toast;
  isHeld: boolean;
  onDismiss: () => void;
  onOver: () => void;
}) {
  const over = useRef(onOver);
  over.current = onOver;
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => over.current(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld]);
  return (
    <div className="toast" data-testid="toast">
      <span id={`toast-${id}`}>
        {opportunityId ? (
          <a href={pathTo('matches', opportunityId)} onClick={onOver}>
            <Words>{text}</Words>
          </a>
        ) : (
          <Words>{text}</Words>
        )}
      </span>
      <button
        type="button"
        className="dismiss"
        data-toast={id}
        aria-label="Dismiss"
        aria-describedby={`toast-${id}`}
        onClick={onDismiss}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

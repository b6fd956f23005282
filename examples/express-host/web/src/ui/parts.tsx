import { type ButtonHTMLAttributes, type ReactNode, useId, useLayoutEffect, useRef } from 'react';
import { Icon, type IconName } from './icons';

/* Small parts that every view is made of. */

export function Button({
  kind = 'plain',
  busy = false,
  icon,
  children,
  className = '',
  ...rest
}: {
  kind?: 'plain' | 'main' | 'quiet' | 'bad';
  busy?: boolean;
  icon?: IconName;
} & ButtonHTMLAttributes<HTMLButtonElement>) {
  return (
    <button
      type="button"
      className={`button ${kind} ${className}`}
      aria-busy={busy || undefined}
      {...rest}
      disabled={rest.disabled || busy}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A text of somebody's, which may run the other way than the page. */
export function Words({ children, className }: { children: string; className?: string }) {
  return (
    <bdi className={className} dir="auto">
      {children}
    </bdi>
  );
}

export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
  children: (ids: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}) {
  const id = useId();
  const says = error ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        ...(says && { 'aria-describedby': `${id}-says` }),
        ...(error && { 'aria-invalid': true as const }),
      })}
      {says && (
        <p id={`${id}-says`} className={error ? 'says error' : 'says'}>
          {says}
        </p>
      )}
    </div>
  );
}

export function Badge({ kind = 'plain', children }: { kind?: 'plain' | 'good' | 'bad' | 'wait'; children: ReactNode }) {
  return <span className={`badge ${kind}`}>{children}</span>;
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name="ring" />
      <h2>{title}</h2>
      {children}
    </div>
  );
}

/** Where something will be; with the title of the view, where there is nothing else of it yet. */
export function Loading({ what, title }: { what: string; title?: string }) {
  return (
    <>
      {title !== undefined && (
        <div className="heading">
          <h1>{title}</h1>
        </div>
      )}
      <div className="loading" role="status">
        <span className="hidden">Loading {what}</span>
        <div className="bone" />
        <div className="bone" />
        <div className="bone" />
      </div>
    </>
  );
}

export function Problem({ message, onRetry }: { message: string; onRetry?: () => void }) {
  return (
    <div className="problem" role="alert">
      <p>{message}</p>
      {onRetry && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** A dialog of the browser's own: it holds the focus, Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    const dialog = ref.current!;
    if (!dialog.open) dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog ref={ref} aria-labelledby={id} onClose={onClose}>
      <h2 id={id}>{title}</h2>
      {children}
    </dialog>
  );
}

export function Meter({ value, label }: { value: number; label: string }) {
  return <meter className="meter" min={0} max={1} value={value} aria-label={label} />;
}

import { useSyncExternalStore } from 'react';

/** The path behind `#`, as its parts; none is the first view. */
export function useRoute(): string[] {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decoded);
}

export function goTo(...parts: string[]): void {
  location.hash = pathTo(...parts);
}

export function pathTo(...parts: string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

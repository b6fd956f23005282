import { createStore } from './store';

/** How the page looks on this device. */
export interface Look {
  theme: 'auto' | 'light' | 'dark';
  direction: 'ltr' | 'rtl';
}

const KEY = 'barterloop.look';

export const look = createStore<Look>(stored());

export function setLook(change: Partial<Look>): void {
  look.update(change);
  localStorage.setItem(KEY, JSON.stringify(look.get()));
  applyLook();
}

/** Puts it on the document, whose styles do the rest. */
export function applyLook(): void {
  const { theme, direction } = look.get();
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.dir = direction;
}

function stored(): Look {
  try {
    const { theme, direction } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Look>;
    return {
      theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
      direction: direction === 'rtl' ? 'rtl' : 'ltr',
    };
  } catch {
    return { theme: 'auto', direction: 'ltr' };
  }
}

import { type ReactNode, useEffect, useRef } from 'react';
import { type Live, useLive } from './state/live';
import { look, setLook } from './state/look';
import { pathTo } from './state/route';
import { signOut } from './state/session';
import { useStore } from './state/store';
import { Icon, type IconName } from './ui/icons';
import { Button, Problem, Words } from './ui/parts';
import { Toasts } from './ui/toasts';
import { Inbox } from './views/inbox';
import { ItemEditor } from './views/item-editor';
import { Items } from './views/items';
import { MarketMap } from './views/market-map';
import { Matches } from './views/matches';
import { Operations } from './views/operations';
import { Preferences } from './views/preferences';

interface View {
  name: string;
  /** In the navigation, where there is little room. */
  title: string;
  icon: IconName;
  show(live: Live, rest: string[]): ReactNode;
}

const VIEWS: readonly View[] = [
  {
    name: 'matches',
    title: 'Matches',
    icon: 'ring',
    show: (live, [opportunityId]) => <Matches live={live} focus={opportunityId} />,
  },
  {
    name: 'items',
    title: 'My items',
    icon: 'items',
    show: (live, [itemId]) =>
      itemId === undefined ? <Items live={live} /> : <ItemEditor key={itemId} live={live} itemId={itemId} />,
  },
  { name: 'inbox', title: 'Inbox', icon: 'inbox', show: (live) => <Inbox live={live} /> },
  { name: 'map', title: 'Map', icon: 'map', show: (live) => <MarketMap live={live} /> },
  { name: 'preferences', title: 'Settings', icon: 'sliders', show: (live) => <Preferences live={live} /> },
];

const OPERATIONS: View = {
  name: 'operations',
  title: 'Operations',
  icon: 'pulse',
  show: (live) => <Operations live={live} />,
};

/** What is around every view of who is signed in: the way to the others, the state of the connection, what just happened. */
export function Shell({ live, view, rest }: { live: Live; view: string; rest: string[] }) {
  const { me, inbox, connection, problem } = useLive(live);
  const views = me?.role === 'operator' ? [...VIEWS, OPERATIONS] : VIEWS;
  const current = views.find(({ name }) => name === view) ?? views[0]!;
  const unread = inbox?.filter(({ readAt }) => readAt === null).length ?? 0;
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  const place = [view, ...rest].join('/');
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the place changes
  useEffect(() => {
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${current.title} · barterloop`;
  }, [current, unread, place]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the place changes
  useEffect(() => {
    if (!isFirst.current) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
    window.scrollTo(0, 0);
  }, [place]);

  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header className="side">
        <a className="brand" href={pathTo('matches')}>
          <img src="/favicon.svg" alt="" width="28" height="28" />
          barterloop
        </a>
        <nav aria-label="Main">
          {views.map(({ name, title, icon }) => (
            <a key={name} href={pathTo(name)} aria-current={name === current.name ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{title}</span>
              {name === 'inbox' && unread > 0 && (
                <span className="count" data-testid="unread">
                  {unread > 99 ? '99+' : unread}
                  <span className="hidden"> unread</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <Toasts live={live} after={() => main.current?.focus({ preventScroll: true })} />
        <div className="account">
          <LookSwitch />
          <div className="who">
            <Words className="name">{me?.userId ?? '…'}</Words>
            <Button kind="quiet" icon="leave" onClick={() => signOut()}>
              Sign out
            </Button>
          </div>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {connection === 'offline' && (
          <p className="banner" role="status">
            <span className="spinner" aria-hidden="true" /> The connection is down. Trying again; nothing is lost, what
            you miss comes when it is back.
          </p>
        )}
        {problem && connection !== 'offline' && <Problem message={problem} onRetry={() => void live.refresh()} />}
        {current.show(live, rest)}
      </main>
    </div>
  );
}

const THEMES = ['auto', 'light', 'dark'] as const;
const THEME_ICONS = { auto: 'auto', light: 'sun', dark: 'moon' } as const;

function LookSwitch() {
  const { theme, direction } = useStore(look);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  return (
    <div className="look">
      <Button kind="quiet" aria-label={`Colours: ${theme}. Switch to ${next}`} onClick={() => setLook({ theme: next })}>
        <Icon name={THEME_ICONS[theme]} />
      </Button>
      <Button
        kind="quiet"
        aria-label={direction === 'ltr' ? 'Lay out from right to left' : 'Lay out from left to right'}
        aria-pressed={direction === 'rtl'}
        onClick={() => setLook({ direction: direction === 'ltr' ? 'rtl' : 'ltr' })}
      >
        <Icon name="turn" />
      </Button>
    </div>
  );
}

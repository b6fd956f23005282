import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import type { FoundRing, MapView } from '../api/types';
import { type Live, messageOf, useLive } from '../state/live';
import { pathTo } from '../state/route';
import { Otherwise } from '../ui/otherwise';
import { Button, Empty, Field, Loading, Problem, Words } from '../ui/parts';
import { count, money, percent } from '../words/format';
import { categoryNames } from '../words/words';

/** Drawing library and layout come only when somebody looks at the map. */
const MapCanvas = lazy(() => import('../map/map-canvas'));

const SIZES = [100, 300, 1_000, 2_000] as const;
const LOOK_AGAIN_MS = 10_000;
const LISTED = 30;

/** The market around one of one's items, and the rings found through it, one by one. */
export function MarketMap({ live }: { live: Live }) {
  const { items } = useLive(live);
  const own = items?.filter(({ status }) => status === 'available') ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const itemId = own.some(({ id }) => id === chosen) ? chosen : (own[0]?.id ?? null);
  return (
    <>
      <div className="heading">
        <h1>Market map</h1>
        <p>What could be given for what around your item. Arrows are the way goods could move.</p>
      </div>
      {!items && <Loading what="the map" />}
      {items && itemId === null && (
        <Empty title="There is nothing to stand on">
          <p>
            The map begins at one of your items. <a href={pathTo('items', 'new')}>Add an item</a>
          </p>
        </Empty>
      )}
      {itemId !== null && (
        <Around key={itemId} live={live} itemId={itemId}>
          <Field label="Around">
            {(ids) => (
              <select {...ids} value={itemId} onChange={(event) => setChosen(event.target.value)}>
                {own.map(({ id, title }) => (
                  <option key={id} value={id}>
                    {title}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </Around>
      )}
    </>
  );
}

function Around({ live, itemId, children }: { live: Live; itemId: string; children: React.ReactNode }) {
  const [limit, setLimit] = useState<number>(300);
  const [map, setMap] = useState<MapView | null>(null);
  const [rings, setRings] = useState<FoundRing[]>([]);
  const [shown, setShown] = useState(-1);
  const [problem, setProblem] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const choose = useCallback((id: string) => setChosen(id), []);

  useEffect(() => {
    let isCurrent = true;
    const look = () =>
      Promise.all([live.client.around(itemId, limit), live.client.matches(itemId)]).then(
        ([around, { matches }]) => {
          if (!isCurrent) return;
          // Only what has changed is drawn anew.
          setMap((now) => sameOr(now, around));
          setRings((now) => sameOr(now, matches));
          setProblem(null);
        },
        (error) => isCurrent && setProblem(messageOf(error)),
      );
    void look();
    const timer = setInterval(() => document.visibilityState === 'visible' && void look(), LOOK_AGAIN_MS);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [live, itemId, limit]);

  const ring = rings[shown];
  const inRing = useRing(ring);
  return (
    <div className="map">
      <div className="controls">
        {children}
        <Field label="Items">
          {(ids) => (
            <select {...ids} value={limit} onChange={(event) => setLimit(Number(event.target.value))}>
              {SIZES.map((size) => (
                <option key={size} value={size}>
                  up to {count(size)}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {problem && <Problem message={problem} />}
      <div className="frame">
        {!map && <Loading what="the map" />}
        {map && (
          <Otherwise show={<p className="undrawn">This browser cannot draw the map. The lists below say the same.</p>}>
            <Suspense fallback={<Loading what="the drawing" />}>
              <MapCanvas map={map} ring={inRing} onChoose={choose} />
            </Suspense>
          </Otherwise>
        )}
        {map && (
          <p className="legend" role="status">
            {count(map.items.length)} items, {count(map.edges.length)} possible moves
            {map.isWhole ? '' : ', the nearest and best of more'}
          </p>
        )}
      </div>
      <section className="card" aria-labelledby="rings-found">
        <h2 id="rings-found">
          Rings through it <span className="amount">{rings.length}</span>
        </h2>
        {rings.length === 0 ? (
          <p className="says">None is good enough now. When one closes you are told.</p>
        ) : (
          <>
            <div className="row">
              <Button disabled={shown < 0} onClick={() => setShown((shown + rings.length - 1) % rings.length)}>
                Previous
              </Button>
              <Button kind="main" onClick={() => setShown((shown + 1) % rings.length)}>
                {shown < 0 ? 'Show the best' : 'Next'}
              </Button>
              {shown >= 0 && (
                <Button kind="quiet" onClick={() => setShown(-1)}>
                  Show none
                </Button>
              )}
            </div>
            <ol className="rings">
              {rings.map((one, i) => (
                <li key={one.cycleKey} className={i === shown ? 'shown' : ''}>
                  <button type="button" aria-pressed={i === shown} onClick={() => setShown(i === shown ? -1 : i)}>
                    <strong>{percent(one.score)}</strong>
                    <span>
                      {one.steps.map(({ itemId: id, itemTitle }, k) => (
                        <span key={id}>
                          {k > 0 && <span aria-hidden="true"> → </span>}
                          <Words>{itemTitle}</Words>
                        </span>
                      ))}
                    </span>
                  </button>
                </li>
              ))}
            </ol>
          </>
        )}
      </section>
      {map && <Nearest live={live} map={map} chosen={chosen} onChoose={choose} />}
    </div>
  );
}

/** What there was, where what came says the same. */
function sameOr<T>(before: T, now: NonNullable<T>): T {
  return JSON.stringify(before) === JSON.stringify(now) ? before : now;
}

/** The same array while the ring is the same, so that it is not drawn anew. */
function useRing(ring: FoundRing | undefined): readonly string[] {
  const [kept, setKept] = useState<{ key: string | undefined; items: readonly string[] }>({
    key: undefined,
    items: [],
  });
  useEffect(() => {
    setKept((now) =>
      now.key === ring?.cycleKey ? now : { key: ring?.cycleKey, items: ring?.steps.map(({ itemId }) => itemId) ?? [] },
    );
  }, [ring]);
  return kept.items;
}

/** The heart of the map as a list, to walk on from item to item as one does on the drawing. */
function Nearest({
  live,
  map,
  chosen,
  onChoose,
}: {
  live: Live;
  map: MapView;
  chosen: string | null;
  onChoose: (itemId: string) => void;
}) {
  const { categories } = useLive(live);
  const nameOf = categoryNames(categories);
  const at = Math.max(
    0,
    map.items.findIndex(({ id }) => id === chosen),
  );
  const here = map.items[at]!;
  const moves = (end: 0 | 1) =>
    map.edges
      .filter((edge) => edge[end] === at)
      .sort((a, b) => b[2] - a[2])
      .slice(0, LISTED)
      .map((edge) => ({ item: map.items[edge[1 - end]!]!, score: edge[2] }));
  const lists = [
    ['Could come for it', moves(1)],
    ['It could go for', moves(0)],
  ] as const;
  return (
    <section className="card" aria-labelledby="nearest">
      <h2 id="nearest" tabIndex={-1}>
        <Words>{here.title}</Words>
      </h2>
      <p className="says">
        {[
          here.categoryId !== undefined && nameOf(here.categoryId),
          here.estimatedValue !== undefined && `worth ${money(here.estimatedValue)}`,
          here.isOwn ? 'yours' : `${here.steps} ${here.steps === 1 ? 'move' : 'moves'} from yours`,
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      <div className="pair">
        {lists.map(([title, list]) => (
          <div key={title}>
            <h3>{title}</h3>
            {list.length === 0 && <p className="says">Nothing on this map.</p>}
            <ul className="moves">
              {list.map(({ item, score }) => (
                <li key={item.id}>
                  <button
                    type="button"
                    onClick={() => {
                      onChoose(item.id);
                      document.getElementById('nearest')?.focus({ preventScroll: true });
                    }}
                  >
                    <Words>{item.title}</Words>
                  </button>
                  <span className="amount">{percent(score)}</span>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </section>
  );
}

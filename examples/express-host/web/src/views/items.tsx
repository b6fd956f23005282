import { useState } from 'react';
import type { Item } from '../api/types';
import { type Live, useLive } from '../state/live';
import { pathTo } from '../state/route';
import { focusIfLost } from '../ui/focus';
import { Icon } from '../ui/icons';
import { Badge, Button, Dialog, Empty, Loading, Problem, Words } from '../ui/parts';
import { useTask } from '../ui/use-task';
import { money } from '../words/format';
import { CONDITION_WORDS, categoryNames, wantInWords } from '../words/words';

const STATUS: Readonly<Record<Item['status'], { text: string; kind: 'good' | 'wait' | 'plain' }>> = {
  available: { text: 'Available', kind: 'good' },
  locked: { text: 'In an agreed trade', kind: 'wait' },
  traded: { text: 'Traded', kind: 'plain' },
  withdrawn: { text: 'Withdrawn', kind: 'plain' },
};

const STILL_ON = new Set(['proposed', 'accepting', 'committed']);

/** What one offers. */
export function Items({ live }: { live: Live }) {
  const { items, opportunities, categories } = useLive(live);
  const [removing, setRemoving] = useState<Item | null>(null);
  const { busy, error, run } = useTask();
  if (!items) return <Loading what="your items" title="My items" />;
  const nameOf = categoryNames(categories);
  const committed = new Set(opportunities?.filter(({ state }) => state === 'committed').flatMap((one) => one.items));
  const ringsWith = (itemId: string) =>
    opportunities?.filter((one) => one.items.includes(itemId) && STILL_ON.has(one.state)).length ?? 0;

  return (
    <>
      <div className="heading">
        <h1>My items</h1>
        <p>What you would give away, and what you would take for it.</p>
        <a className="button main" href={pathTo('items', 'new')}>
          <Icon name="plus" />
          Add an item
        </a>
      </div>
      {error && <Problem message={error} />}
      {items.length === 0 && (
        <Empty title="You offer nothing yet">
          <p>Every ring begins with somebody who lists something.</p>
        </Empty>
      )}
      <ul className="tiles">
        {items.map((item) => {
          const isCommitted = committed.has(item.id);
          const isOpen = item.status === 'available' && !isCommitted;
          const { text, kind } = STATUS[isCommitted ? 'locked' : item.status];
          const rings = ringsWith(item.id);
          return (
            <li key={item.id} className="card item">
              <p className="tags">
                <Badge kind={kind}>{text}</Badge>
                {rings > 0 && <a href={pathTo('matches')}>{rings === 1 ? '1 match' : `${rings} matches`}</a>}
              </p>
              <h2>
                <Words>{item.title}</Words>
              </h2>
              <p className="facts">
                {[
                  item.categoryId !== undefined && nameOf(item.categoryId),
                  item.condition && CONDITION_WORDS[item.condition],
                  item.estimatedValue !== undefined && `worth ${money(item.estimatedValue)}`,
                ]
                  .filter(Boolean)
                  .join(' · ')}
              </p>
              <h3>Would take</h3>
              <ul className="wants">
                {item.wants.map((want) => (
                  <li key={JSON.stringify(want)}>
                    {want.rank !== undefined && <span className="rank">{want.rank}</span>}
                    <Words>{wantInWords(want, nameOf)}</Words>
                  </li>
                ))}
                {item.openToAnything && <li>Anything of a like value</li>}
                {item.wants.length === 0 && !item.openToAnything && (
                  <li className="none">Nothing yet: it joins no ring</li>
                )}
              </ul>
              {isOpen && (
                <footer>
                  <a className="button quiet" href={pathTo('items', item.id)}>
                    <Icon name="pen" />
                    Edit<span className="hidden"> {item.title}</span>
                  </a>
                  <Button kind="quiet" icon="trash" onClick={() => setRemoving(item)}>
                    Delete<span className="hidden"> {item.title}</span>
                  </Button>
                </footer>
              )}
            </li>
          );
        })}
      </ul>
      {removing && (
        <Dialog title="Delete this item?" onClose={() => setRemoving(null)}>
          <p>
            <Words>{removing.title}</Words> leaves the market, and open matches with it end. Others may find another
            ring.
          </p>
          <div className="row end">
            <Button onClick={() => setRemoving(null)}>Keep it</Button>
            <Button
              kind="bad"
              busy={busy !== null}
              onClick={() =>
                void run('remove', () => live.client.removeItem(removing.id).then(() => live.refresh())).then(() => {
                  setRemoving(null);
                  requestAnimationFrame(() => focusIfLost('main'));
                })
              }
            >
              Delete
            </Button>
          </div>
        </Dialog>
      )}
    </>
  );
}

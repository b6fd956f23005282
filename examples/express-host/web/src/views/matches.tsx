import { useEffect, useState } from 'react';
import type { OpportunityView } from '../api/types';
import { type Live, useLive } from '../state/live';
import { pathTo } from '../state/route';
import { Button, Empty, Loading } from '../ui/parts';
import { MatchCard } from './match-card';

const AT_FIRST = 10;

interface Group {
  name: string;
  title: string;
  hint: string;
  holds(opportunity: OpportunityView, me: string): boolean;
}

const isOpen = ({ state }: OpportunityView) => state === 'proposed' || state === 'accepting';
const hasAccepted = ({ participants }: OpportunityView, me: string) =>
  participants.some(({ userId, accepted }) => userId === me && accepted);

const GROUPS: readonly Group[] = [
  {
    name: 'agreed',
    title: 'Agreed',
    hint: 'Everybody accepted. Hand over what you give, and say when you have received what you get.',
    holds: ({ state }) => state === 'committed',
  },
  {
    name: 'yours',
    title: 'Waiting for you',
    hint: 'A ring needs everybody. Accept or decline.',
    holds: (one, me) => isOpen(one) && !hasAccepted(one, me),
  },
  {
    name: 'others',
    title: 'Waiting for others',
    hint: 'You accepted. You may still change your mind until everybody has.',
    holds: (one, me) => isOpen(one) && hasAccepted(one, me),
  },
  {
    name: 'over',
    title: 'Ended',
    hint: 'Completed, or no longer possible, and why.',
    holds: (one) => !isOpen(one) && one.state !== 'committed',
  },
];

/** Every trade one is in, as it is this moment. */
export function Matches({ live, focus }: { live: Live; focus: string | undefined }) {
  const { opportunities, items, me, fresh } = useLive(live);
  const [shown, setShown] = useState<Record<string, number>>({});
  useEffect(() => {
    if (focus === undefined || !opportunities) return;
    document.getElementById(focus)?.scrollIntoView({ block: 'center' });
  }, [focus, opportunities]);

  if (!opportunities || !me) return <Loading what="matches" title="Matches" />;
  /** What has just come stays on top; of the rest, what asks for a decision comes best first. */
  const order = (a: OpportunityView, b: OpportunityView) =>
    Number(fresh.has(b.id)) - Number(fresh.has(a.id)) || b.score - a.score;
  const groups = GROUPS.map((group) => {
    const all = opportunities.filter((one) => group.holds(one, me.userId));
    return { ...group, all: group.name === 'yours' ? all.sort(order) : all };
  });
  return (
    <>
      <div className="heading">
        <h1>Matches</h1>
        <p>Rings of people in which everybody gets what they want. New ones appear here by themselves.</p>
      </div>
      {opportunities.length === 0 && (
        <Empty title="No match yet">
          {items?.length ? (
            <p>As soon as a ring through one of your items closes, it appears here.</p>
          ) : (
            <p>
              List something you would give away and what you would take for it.{' '}
              <a href={pathTo('items', 'new')}>Add your first item</a>
            </p>
          )}
        </Empty>
      )}
      {groups
        .filter(({ all }) => all.length > 0)
        .map(({ name, title, hint, all }) => {
          const most = Math.max(shown[name] ?? AT_FIRST, all.findIndex(({ id }) => id === focus) + 1);
          return (
            <section className="group" key={name} aria-labelledby={`group-${name}`}>
              <h2 id={`group-${name}`}>
                {title} <span className="amount">{all.length}</span>
              </h2>
              <p className="hint">{hint}</p>
              {all.slice(0, most).map((opportunity) => (
                <MatchCard
                  key={opportunity.id}
                  live={live}
                  opportunity={opportunity}
                  me={me.userId}
                  isFocus={opportunity.id === focus}
                />
              ))}
              {all.length > most && (
                <Button onClick={() => setShown({ ...shown, [name]: most + AT_FIRST })}>
                  Show more ({all.length - most})
                </Button>
              )}
            </section>
          );
        })}
    </>
  );
}

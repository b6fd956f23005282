import { useEffect, useState } from 'react';
import type { OpportunityView, ParticipantView, Payment, Why } from '../api/types';
import { inOrder, repairOf } from '../ring/order';
import { Ring } from '../ring/ring';
import { type Live, useLive } from '../state/live';
import { pathTo } from '../state/route';
import { focusIfLost } from '../ui/focus';
import { Badge, Button, Dialog, Meter, Problem, Words } from '../ui/parts';
import { useTask } from '../ui/use-task';
import { ago, instant, money, percent } from '../words/format';
import { CRITERION_WORDS, categoryNames, nameFor, reasonInWords, STATE_WORDS } from '../words/words';

const STATE_KIND = {
  proposed: 'wait',
  accepting: 'wait',
  committed: 'good',
  completed: 'good',
  declined: 'bad',
  expired: 'bad',
  withdrawn: 'bad',
  broken: 'bad',
} as const;

/** One trade: the ring, what it is for oneself, how far everybody is, and what one can do. */
export function MatchCard({
  live,
  opportunity,
  me,
  isFocus,
}: {
  live: Live;
  opportunity: OpportunityView;
  me: string;
  isFocus: boolean;
}) {
  const { fresh, missed, opportunities } = useLive(live);
  const { id, state, participants, score, payments, expiresAt, repairs, repairedBy, endReason } = opportunity;
  const own = participants.find(({ userId }) => userId === me);
  const isOpen = state === 'proposed' || state === 'accepting';
  const before = opportunities?.find((one) => one.id === repairs);
  const repair = before && repairOf(before, opportunity);
  const { busy, error, run } = useTask();
  const [asking, setAsking] = useState<'decline' | 'dispute' | null>(null);
  const act = async (name: string, work: () => Promise<unknown>) => {
    await run(name, () => work().finally(() => live.refresh()));
    // What was pressed is gone, and the card may stand elsewhere by now.
    requestAnimationFrame(() => focusIfLost(id));
  };

  return (
    <article
      className={`card match ${isFocus ? 'focus' : ''}`}
      id={id}
      data-state={state}
      aria-label={label(own)}
      tabIndex={-1}
    >
      <Ring
        participants={participants}
        me={me}
        score={score}
        state={state}
        {...(repair && { joined: new Set(repair.joined.map(({ userId }) => userId)) })}
      />
      <div className="body">
        <p className="tags">
          <Badge kind={STATE_KIND[state]}>{STATE_WORDS[state]}</Badge>
          {repairs !== undefined && <Badge>Repaired ring</Badge>}
          {missed.has(id) ? (
            <Badge>While you were away</Badge>
          ) : (
            fresh.has(id) && isOpen && <Badge kind="good">Just now</Badge>
          )}
        </p>
        {own && (
          <h3 className="deal">
            <span>
              <small>You give</small>
              <Words>{own.givesTitle}</Words>
            </span>
            <span className="arrow" aria-hidden="true">
              →
            </span>
            <span>
              <small>You get</small>
              <Words>{own.getsTitle}</Words>
            </span>
          </h3>
        )}
        {repair && <Changes repair={repair} me={me} />}
        {repairs !== undefined && !repair && (
          <p className="note">This ring takes the place of one that lost somebody. You are new in it.</p>
        )}
        {endReason && (
          <p className="note" data-testid="end-reason">
            {endReason}{' '}
            {repairedBy && <a href={pathTo('matches', repairedBy)}>The ring goes on without who left: see it</a>}
          </p>
        )}
        <People participants={participants} me={me} state={state} />
        <Cash payments={payments} me={me} />
        <Reasons live={live} opportunity={opportunity} me={me} />
        {state === 'committed' && <Contacts live={live} opportunity={opportunity} />}
        {error && <Problem message={error} />}
        <footer>
          {isOpen && own && !own.accepted && (
            <Button
              kind="main"
              icon="check"
              busy={busy === 'accept'}
              onClick={() => void act('accept', () => live.client.accept(id, opportunity.revision))}
            >
              Accept
            </Button>
          )}
          {isOpen && own && (
            <Button
              kind={own.accepted ? 'plain' : 'quiet'}
              disabled={busy !== null}
              onClick={() => setAsking('decline')}
            >
              Decline
            </Button>
          )}
          {state === 'committed' && own && !own.received && (
            <>
              <Button
                kind="main"
                icon="check"
                busy={busy === 'confirm'}
                onClick={() => void act('confirm', () => live.client.confirm(id))}
              >
                I have received it
              </Button>
              <Button kind="quiet" disabled={busy !== null} onClick={() => setAsking('dispute')}>
                It does not come
              </Button>
            </>
          )}
          {(isOpen || state === 'committed') && (
            <span className="until" title={instant(expiresAt)}>
              {isOpen ? 'Open until' : 'To be handed over by'} <time dateTime={expiresAt}>{instant(expiresAt)}</time>
            </span>
          )}
          {opportunity.endedAt && (
            <span className="until">
              Ended <time dateTime={opportunity.endedAt}>{ago(opportunity.endedAt)}</time>
            </span>
          )}
        </footer>
      </div>
      {asking && (
        <Objection
          what={asking}
          onClose={() => setAsking(null)}
          onSure={(note) => {
            setAsking(null);
            void act(asking, () => live.client[asking](id, note));
          }}
        />
      )}
    </article>
  );
}

function label(own: ParticipantView | undefined): string {
  return own ? `You give ${own.givesTitle} and get ${own.getsTitle}` : 'A trade of others';
}

function Changes({ repair, me }: { repair: ReturnType<typeof repairOf>; me: string }) {
  const names = (people: ParticipantView[]) => people.map(({ userId }) => nameFor(userId, me)).join(', ');
  const { left, joined, kept } = repair;
  return (
    <dl className="changes" data-testid="repair">
      {left.length > 0 && (
        <div>
          <dt>Left</dt>
          <dd className="left">
            <Words>{names(left)}</Words>
          </dd>
        </div>
      )}
      {joined.length > 0 && (
        <div>
          <dt>New</dt>
          <dd>
            <Words>
              {joined.map(({ userId, givesTitle }) => `${nameFor(userId, me)} with ${givesTitle}`).join(', ')}
            </Words>
          </dd>
        </div>
      )}
      {kept.length > 0 && (
        <div>
          <dt>Still accepted by</dt>
          <dd>
            <Words>{names(kept)}</Words>
          </dd>
        </div>
      )}
    </dl>
  );
}

/** The ring once more, in words, with how far everybody is. */
function People({
  participants,
  me,
  state,
}: {
  participants: readonly ParticipantView[];
  me: string;
  state: OpportunityView['state'];
}) {
  return (
    <ol className="steps">
      {inOrder(participants, me).map((one) => (
        <li key={one.userId} data-user={one.userId}>
          <span>
            <Words className={one.userId === me ? 'name me' : 'name'}>{nameFor(one.userId, me)}</Words>{' '}
            {one.userId === me ? 'give' : 'gives'} <Words className="thing">{one.givesTitle}</Words> to{' '}
            <Words className="name">{one.givesTo === me ? 'you' : one.givesTo}</Words>
          </span>
          <span className={`how ${isDone(one, state) ? 'yes' : ''}`}>{progressOf(one, state)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Whether they have done their part of this step. */
function isDone({ accepted, received }: ParticipantView, state: OpportunityView['state']): boolean {
  return state === 'committed' || state === 'completed' ? received : accepted;
}

function progressOf({ accepted, received }: ParticipantView, state: OpportunityView['state']): string {
  if (received) return 'received';
  if (state === 'committed') return 'accepted, not yet received';
  if (accepted) return 'accepted';
  return state === 'proposed' || state === 'accepting' ? 'not yet' : 'had not accepted';
}

function Cash({ payments, me }: { payments: readonly Payment[]; me: string }) {
  if (payments.length === 0) return null;
  return (
    <ul className="cash">
      {payments.map(({ from, to, amount }) => (
        <li key={`${from} ${to}`}>
          {from === me ? (
            <>
              You pay <Words>{to}</Words> <strong>{money(amount)}</strong> on top
            </>
          ) : (
            <>
              <Words>{from}</Words> pays you <strong>{money(amount)}</strong> on top
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Why it fits, criterion by criterion; asked for when somebody wants to know. */
function Reasons({ live, opportunity, me }: { live: Live; opportunity: OpportunityView; me: string }) {
  const { categories } = useLive(live);
  const [isOpen, setOpen] = useState(false);
  const [why, setWhy] = useState<Why | null>(null);
  const own = opportunity.participants.find(({ userId }) => userId === me);
  const { id, revision } = opportunity;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other terms have other reasons
  useEffect(() => {
    if (!isOpen) return;
    let isCurrent = true;
    live.client.why(id).then(
      (answer) => isCurrent && setWhy(answer),
      () => isCurrent && setWhy({}),
    );
    return () => {
      isCurrent = false;
    };
  }, [isOpen, id, revision, live]);
  if (!own?.reasons?.length) return null;
  const nameOf = categoryNames(categories);
  return (
    <details className="why" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        Why this fits you{own.score !== undefined && <span className="amount">{percent(own.score)}</span>}
      </summary>
      {why?.criteria ? (
        <ul>
          {why.criteria.map((criterion) => (
            <li key={criterion.criterion}>
              <strong>{CRITERION_WORDS[criterion.criterion] ?? criterion.criterion}</strong>
              <Meter
                value={criterion.score}
                label={`${CRITERION_WORDS[criterion.criterion] ?? criterion.criterion}: ${percent(criterion.score)}`}
              />
              <Words>{reasonInWords(criterion, why, nameOf)}</Words>
            </li>
          ))}
        </ul>
      ) : (
        <ul>
          {own.reasons.map((reason) => (
            <li key={reason}>
              <Words>{reason}</Words>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

/** How to reach the others; the host tells once all have accepted. */
function Contacts({ live, opportunity }: { live: Live; opportunity: OpportunityView }) {
  const [contacts, setContacts] = useState<Record<string, unknown> | null>(null);
  const { id } = opportunity;
  useEffect(() => {
    live.client.opportunity(id).then(
      (one) => setContacts(one.contacts ?? {}),
      () => setContacts(null),
    );
  }, [id, live]);
  if (!contacts) return null;
  return (
    <dl className="contacts">
      {Object.entries(contacts).map(([userId, contact]) => (
        <div key={userId}>
          <dt>
            <Words>{userId}</Words>
          </dt>
          <dd>{typeof contact === 'string' ? <Words>{contact}</Words> : 'has not said how to be reached'}</dd>
        </div>
      ))}
    </dl>
  );
}

function Objection({
  what,
  onClose,
  onSure,
}: {
  what: 'decline' | 'dispute';
  onClose: () => void;
  onSure: (note: string) => void;
}) {
  const [note, setNote] = useState('');
  const isDecline = what === 'decline';
  return (
    <Dialog title={isDecline ? 'Decline this trade?' : 'Your item does not come?'} onClose={onClose}>
      <p>
        {isDecline
          ? 'You will not be asked for these items in exchange for each other again. The others may find a ring without you.'
          : 'The trade is broken off and all items return to their owners’ lists. An operator reads what you say.'}
      </p>
      <label className="field">
        <span>Why? (for operators only, optional)</span>
        <textarea dir="auto" rows={3} maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
      </label>
      <div className="row end">
        <Button onClick={onClose}>Back</Button>
        <Button kind="bad" onClick={() => onSure(note.trim())}>
          {isDecline ? 'Decline' : 'Break it off'}
        </Button>
      </div>
    </Dialog>
  );
}

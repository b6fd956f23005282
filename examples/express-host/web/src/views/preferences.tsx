import { useEffect, useState } from 'react';
import type { Preferences as StoredPreferences } from '../api/types';
import { type Live, messageOf, useLive } from '../state/live';
import { CategoryPicker } from '../ui/category-picker';
import { Icon } from '../ui/icons';
import { Button, Field, Loading, Problem, Words } from '../ui/parts';
import { useTask } from '../ui/use-task';
import { percent } from '../words/format';
import { categoryNames } from '../words/words';

/** The market's own threshold, for who has none of their own. */
const STANDARD = 0.6;
const LEAST = 0.35;

type Draft = Omit<StoredPreferences, 'userId'>;

/** What one lets in and keeps out. */
export function Preferences({ live }: { live: Live }) {
  const { me } = useLive(live);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    live.client.preferences().then(
      ({ userId: _, ...rest }) => setDraft(rest),
      (error) => setProblem(messageOf(error)),
    );
  }, [live]);
  return (
    <>
      <div className="heading">
        <h1>Preferences</h1>
        <p>What you are told about, and by whom.</p>
      </div>
      {problem && <Problem message={problem} />}
      {!draft && !problem && <Loading what="your preferences" />}
      {draft && <Editor live={live} initial={draft} />}
      {me && <Contact key={me.userId} live={live} initial={me.contact ?? ''} />}
      {me && <Email key={`${me.userId} email`} live={live} initial={me.email ?? ''} />}
    </>
  );
}

function Editor({ live, initial }: { live: Live; initial: Draft }) {
  const { categories, me } = useLive(live);
  const [draft, setDraft] = useState(initial);
  const { busy, error, run } = useTask();
  const nameOf = categoryNames(categories);
  const change = (fields: Partial<Draft>) => setDraft((now) => ({ ...now, ...fields }));
  const hasOwn = draft.minScore !== undefined;
  const { mutedUserIds = [], blockedUserIds = [], mutedCategoryIds = [] } = draft;

  return (
    <form
      className="card settings"
      onSubmit={(event) => {
        event.preventDefault();
        void run('save', async () => {
          await live.client.setPreferences(draft);
          await live.refresh();
          live.say('Your preferences are saved.');
        });
      }}
    >
      <section>
        <h2>How good a match must be</h2>
        <label className="check">
          <input
            type="checkbox"
            checked={hasOwn}
            onChange={(event) => {
              const { minScore: _, ...rest } = draft;
              setDraft(event.target.checked ? { ...rest, minScore: STANDARD } : rest);
            }}
          />
          My own threshold instead of the market’s {percent(STANDARD)}
        </label>
        {hasOwn && (
          <Field label="Tell me from" hint="Higher: fewer and better matches.">
            {(ids) => (
              <div className="range">
                <input
                  {...ids}
                  type="range"
                  min={LEAST}
                  max={1}
                  step={0.05}
                  value={draft.minScore}
                  onChange={(event) => change({ minScore: Number(event.target.value) })}
                />
                <output htmlFor={ids.id}>{percent(draft.minScore!)}</output>
              </div>
            )}
          </Field>
        )}
      </section>
      <Times draft={draft} onChange={setDraft} />
      <section>
        <h2>People</h2>
        <Names
          label="Muted people"
          hint="You are not told about trades with them."
          names={mutedUserIds}
          me={me?.userId}
          onChange={(names) => change({ mutedUserIds: names })}
        />
        <Names
          label="Blocked people"
          hint="You and they are never in one trade. What is open with them ends."
          names={blockedUserIds}
          me={me?.userId}
          onChange={(names) => change({ blockedUserIds: names })}
        />
      </section>
      <section>
        <h2>Categories</h2>
        <Field
          label="Mute a category"
          hint="You are not told about trades in which you would get something from there."
        >
          {(ids) => (
            <CategoryPicker
              {...ids}
              categories={categories}
              value={undefined}
              placeholder="Choose one"
              onChange={(id) => {
                if (id && !mutedCategoryIds.includes(id)) change({ mutedCategoryIds: [...mutedCategoryIds, id] });
              }}
            />
          )}
        </Field>
        <Chips
          names={mutedCategoryIds}
          nameOf={nameOf}
          onRemove={(id) => change({ mutedCategoryIds: mutedCategoryIds.filter((one) => one !== id) })}
        />
      </section>
      {error && <Problem message={error} />}
      <div className="row end">
        <Button kind="main" type="submit" busy={busy !== null}>
          Save
        </Button>
      </div>
    </form>
  );
}

const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const ZONES = Intl.supportedValuesOf('timeZone');

function Time({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <Field label={label}>
      {(ids) => (
        <input {...ids} type="time" required value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

/** When one is left in peace, and when the daily mail comes; both by the clocks where one lives. */
function Times({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const { timeZone, quietHours, digest, ...others } = draft;
  const zone = timeZone ?? HERE;
  /** The zone is kept as long as something is read in it. */
  const change = (next: Pick<Draft, 'quietHours' | 'digest'>) =>
    onChange({ ...others, ...next, ...((next.quietHours || next.digest) && { timeZone: zone }) });
  const quiet = quietHours && { quietHours };
  const daily = digest && { digest };
  return (
    <section>
      <h2>When you hear of it</h2>
      <label className="check">
        <input
          type="checkbox"
          checked={quietHours !== undefined}
          onChange={(event) =>
            change({ ...daily, ...(event.target.checked && { quietHours: { from: '22:00', to: '07:00' } }) })
          }
        />
        Quiet hours: news waits in the inbox until they end
      </label>
      {quietHours && (
        <div className="row">
          <Time
            label="From"
            value={quietHours.from}
            onChange={(from) => change({ ...daily, quietHours: { ...quietHours, from } })}
          />
          <Time
            label="To"
            value={quietHours.to}
            onChange={(to) => change({ ...daily, quietHours: { ...quietHours, to } })}
          />
        </div>
      )}
      <label className="check">
        <input
          type="checkbox"
          checked={digest !== undefined}
          onChange={(event) => change({ ...quiet, ...(event.target.checked && { digest: { at: '08:00' } }) })}
        />
        One mail a day of what I have missed
      </label>
      {digest && (
        <div className="row">
          <Time label="At" value={digest.at} onChange={(at) => change({ ...quiet, digest: { ...digest, at } })} />
          <Field label="Language">
            {(ids) => (
              <select
                {...ids}
                value={digest.language ?? 'en'}
                onChange={(event) =>
                  change({ ...quiet, digest: { ...digest, language: event.target.value === 'ar' ? 'ar' : 'en' } })
                }
              >
                <option value="en">English</option>
                <option value="ar">العربية</option>
              </select>
            )}
          </Field>
        </div>
      )}
      {(quietHours || digest) && (
        <Field label="Time zone">
          {(ids) => (
            <select {...ids} value={zone} onChange={(event) => onChange({ ...draft, timeZone: event.target.value })}>
              {(ZONES.includes(zone) ? ZONES : [zone, ...ZONES]).map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          )}
        </Field>
      )}
    </section>
  );
}

function Names({
  label,
  hint,
  names,
  me,
  onChange,
}: {
  label: string;
  hint: string;
  names: string[];
  me: string | undefined;
  onChange: (names: string[]) => void;
}) {
  const [name, setName] = useState('');
  const clean = name.trim();
  const add = () => {
    if (!clean || clean === me || names.includes(clean)) return;
    onChange([...names, clean]);
    setName('');
  };
  return (
    <>
      <Field label={label} hint={hint} error={clean !== '' && clean === me ? 'That is you.' : undefined}>
        {(ids) => (
          <div className="adding">
            <input
              {...ids}
              dir="auto"
              maxLength={200}
              value={name}
              placeholder="A name"
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                add();
              }}
            />
            <Button onClick={add} disabled={!clean} aria-label={`Add to ${label.toLowerCase()}`}>
              Add
            </Button>
          </div>
        )}
      </Field>
      <Chips names={names} nameOf={(id) => id ?? ''} onRemove={(id) => onChange(names.filter((one) => one !== id))} />
    </>
  );
}

function Chips({
  names,
  nameOf,
  onRemove,
}: {
  names: readonly string[];
  nameOf: (id: string | undefined) => string;
  onRemove: (id: string) => void;
}) {
  if (names.length === 0) return null;
  return (
    <ul className="chips">
      {names.map((id) => (
        <li key={id}>
          <Words>{nameOf(id)}</Words>
          <button
            type="button"
            aria-label={`Remove ${nameOf(id)}`}
            onClick={({ currentTarget }) => {
              onRemove(id);
              // The field above is where another can be chosen.
              currentTarget.closest('ul')?.previousElementSibling?.querySelector('input')?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

/** How the others reach one, once everybody has accepted. */
function Contact({ live, initial }: { live: Live; initial: string }) {
  const [contact, setContact] = useState(initial);
  const { busy, error, run } = useTask();
  return (
    <form
      className="card settings"
      onSubmit={(event) => {
        event.preventDefault();
        void run('save', async () => {
          await live.client.setContact(contact.trim() || null);
          live.say('Your contact is saved.');
        });
      }}
    >
      <section>
        <h2>How others reach you</h2>
        <Field label="Contact" hint="Shown only to the people of a trade that all of you have accepted.">
          {(ids) => (
            <div className="adding">
              <input
                {...ids}
                dir="auto"
                maxLength={200}
                value={contact}
                placeholder="ana@example.org"
                onChange={(event) => setContact(event.target.value)}
              />
              <Button type="submit" busy={busy !== null}>
                Save contact
              </Button>
            </div>
          )}
        </Field>
      </section>
      {error && <Problem message={error} />}
    </form>
  );
}

/** Where the daily mails go. */
function Email({ live, initial }: { live: Live; initial: string }) {
  const [email, setEmail] = useState(initial);
  const { busy, error, run } = useTask();
  return (
    <form
      className="card settings"
      onSubmit={(event) => {
        event.preventDefault();
        void run('save', async () => {
          await live.client.setEmail(email.trim() || null);
          live.say('Your address is saved.');
        });
      }}
    >
      <section>
        <h2>Where your daily mail goes</h2>
        <Field label="E-mail address" hint="Nobody else sees it.">
          {(ids) => (
            <div className="adding">
              <input
                {...ids}
                type="email"
                dir="ltr"
                maxLength={254}
                value={email}
                placeholder="ana@example.org"
                onChange={(event) => setEmail(event.target.value)}
              />
              <Button type="submit" busy={busy !== null}>
                Save address
              </Button>
            </div>
          )}
        </Field>
      </section>
      {error && <Problem message={error} />}
    </form>
  );
}

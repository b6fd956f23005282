import { useEffect, useState } from 'react';
import { type Live, useLive } from '../state/live';
import { goTo, pathTo } from '../state/route';
import { CategoryPicker } from '../ui/category-picker';
import { focusIfLost } from '../ui/focus';
import { Button, Empty, Field, Loading, Problem } from '../ui/parts';
import { useTask } from '../ui/use-task';
import { CONDITIONS } from '../words/conditions';
import { bodyOf, type Draft, draftOf, emptyDraft, emptyWant, withoutNulls } from '../words/draft';
import { CONDITION_WORDS } from '../words/words';
import { Answers } from './answers';
import { WantEditor } from './want-editor';

/** A new item, or one's own item changed. */
export function ItemEditor({ live, itemId }: { live: Live; itemId: string }) {
  const { items } = useLive(live);
  if (!items) return <Loading what="the item" title={itemId === 'new' ? 'Add an item' : 'Edit item'} />;
  if (itemId === 'new') return <Editor live={live} itemId={undefined} initial={emptyDraft()} />;
  const item = items.find(({ id }) => id === itemId);
  if (!item) {
    return (
      <>
        <div className="heading">
          <h1>Edit item</h1>
        </div>
        <Empty title="There is no such item">
          <p>
            <a href={pathTo('items')}>Back to your items</a>
          </p>
        </Empty>
      </>
    );
  }
  return <Editor live={live} itemId={itemId} initial={draftOf(item)} />;
}

function Editor({ live, itemId, initial }: { live: Live; itemId: string | undefined; initial: Draft }) {
  const { categories, me } = useLive(live);
  const [draft, setDraft] = useState(initial);
  const [tried, setTried] = useState(false);
  const [placeProblem, setPlaceProblem] = useState<string | undefined>();
  const { busy, error, run } = useTask();
  const { body, errors } = bodyOf(draft);
  const change = (fields: Partial<Draft>) => setDraft((now) => ({ ...now, ...fields }));
  const text = (field: keyof Draft) => ({
    value: draft[field] as string,
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement>) =>
      change({ [field]: event.target.value }),
  });
  /** What is missing is said once somebody tried to send it, what is wrong at once. */
  const errorOf = (field: string) => (tried || field !== 'title' ? errors[field] : undefined);

  useEffect(() => {
    const ask = (event: BeforeUnloadEvent) => {
      if (draft !== initial && busy === null) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [draft, initial, busy]);

  const save = async () => {
    setTried(true);
    if (Object.keys(errors).length > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[aria-invalid]')?.focus());
      return;
    }
    const isSaved = await run('save', async () => {
      if (itemId === undefined) await live.client.addItem(withoutNulls(body));
      else await live.client.changeItem(itemId, body);
      await live.refresh();
    });
    if (isSaved) goTo('items');
  };
  const place = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setPlaceProblem(undefined);
        change({ latitude: coords.latitude.toFixed(3), longitude: coords.longitude.toFixed(3) });
      },
      () => setPlaceProblem('This device does not tell where it is. Write the numbers yourself.'),
    );

  return (
    <form
      className="editor"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="heading">
        <h1>{itemId === undefined ? 'Add an item' : 'Edit item'}</h1>
      </div>
      <div className="columns">
        <section className="card" aria-labelledby="what-you-give">
          <h2 id="what-you-give">What you give</h2>
          <Field label="Title" error={errorOf('title')}>
            {(ids) => (
              <input
                {...ids}
                dir="auto"
                maxLength={200}
                placeholder="Steel touring bicycle, 56 cm"
                {...text('title')}
              />
            )}
          </Field>
          <Field label="Description" hint="Words in it help others find it.">
            {(ids) => <textarea {...ids} dir="auto" rows={3} maxLength={5_000} {...text('description')} />}
          </Field>
          <Field label="Category">
            {(ids) => (
              <CategoryPicker
                {...ids}
                categories={categories}
                value={draft.categoryId}
                placeholder="Where would others look for it?"
                onChange={(categoryId) => change({ categoryId })}
              />
            )}
          </Field>
          <div className="pair">
            <Field label="Condition">
              {(ids) => (
                <select {...ids} {...text('condition')}>
                  <option value="">Not said</option>
                  {CONDITIONS.map((condition) => (
                    <option key={condition} value={condition}>
                      {CONDITION_WORDS[condition]}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label="Worth about" error={errorOf('value')}>
              {(ids) => <input {...ids} inputMode="decimal" placeholder="240" {...text('value')} />}
            </Field>
          </div>
          <fieldset className="place">
            <legend>Where it is</legend>
            <div className="pair">
              <Field label="Latitude" error={errorOf('latitude') ?? placeProblem}>
                {(ids) => <input {...ids} inputMode="decimal" {...text('latitude')} />}
              </Field>
              <Field label="Longitude" error={errorOf('longitude')}>
                {(ids) => <input {...ids} inputMode="decimal" {...text('longitude')} />}
              </Field>
            </div>
            <Button kind="quiet" onClick={place}>
              Use my place, roughly
            </Button>
            <p className="says">Only used to keep to distances. Nobody is shown where you are.</p>
          </fieldset>
        </section>
        <section className="card" aria-labelledby="what-you-take">
          <h2 id="what-you-take">What you would take for it</h2>
          <p className="says">Any one of these is enough. Leave empty what you do not care about.</p>
          {draft.wants.map((want, i) => (
            <WantEditor
              key={want.key}
              want={want}
              place={i}
              of={draft.wants.length}
              isRanked={draft.isRanked}
              categories={categories}
              errors={errors}
              onChange={(fields) =>
                change({ wants: draft.wants.map((one) => (one.key === want.key ? { ...one, ...fields } : one)) })
              }
              onRemove={() => {
                change({ wants: draft.wants.filter(({ key }) => key !== want.key) });
                requestAnimationFrame(() => focusIfLost('add-want'));
              }}
              onMove={(by) => {
                const wants = [...draft.wants];
                wants.splice(i + by, 0, ...wants.splice(i, 1));
                change({ wants });
                const pressed = document.activeElement as HTMLElement;
                requestAnimationFrame(() => {
                  pressed.focus();
                  focusIfLost(`want-${want.key}`);
                });
              }}
            />
          ))}
          <div className="row">
            <Button id="add-want" icon="plus" onClick={() => change({ wants: [...draft.wants, emptyWant()] })}>
              {draft.wants.length === 0 ? 'Say what you would take' : 'Or something else'}
            </Button>
          </div>
          {draft.wants.length > 1 && (
            <label className="check">
              <input
                type="checkbox"
                checked={draft.isRanked}
                onChange={(event) => change({ isRanked: event.target.checked })}
              />
              The first is my favourite, the last the least (a ranked list)
            </label>
          )}
          <label className="check">
            <input
              type="checkbox"
              checked={draft.openToAnything}
              onChange={(event) => change({ openToAnything: event.target.checked })}
            />
            I am open to anything of a like value
          </label>
          {me?.market.cash === 'balance' ? (
            <div className="pair">
              <Field label="Most I pay on top" error={errorOf('maxPay')} hint="0: nothing.">
                {(ids) => <input {...ids} inputMode="decimal" placeholder="No limit" {...text('maxPay')} />}
              </Field>
              <Field label="Most I take on top" error={errorOf('maxReceive')}>
                {(ids) => <input {...ids} inputMode="decimal" placeholder="No limit" {...text('maxReceive')} />}
              </Field>
            </div>
          ) : (
            <Field
              label="Most I lose in value"
              error={errorOf('maxValueLoss')}
              hint="How much less than your item what you get may be worth."
            >
              {(ids) => <input {...ids} inputMode="decimal" placeholder="No limit" {...text('maxValueLoss')} />}
            </Field>
          )}
        </section>
      </div>
      {error && <Problem message={error} />}
      <div className="actions">
        <Answers live={live} body={body} isReady={Object.keys(errors).every((field) => field === 'title')} />
        <a className="button plain" href={pathTo('items')}>
          Cancel
        </a>
        <Button kind="main" type="submit" busy={busy !== null}>
          {itemId === undefined ? 'Add it' : 'Save'}
        </Button>
      </div>
    </form>
  );
}

import { useState } from 'react';
import type { Category } from '../api/types';
import { CategoryPicker } from '../ui/category-picker';
import { Icon } from '../ui/icons';
import { Button, Field } from '../ui/parts';
import { CONDITIONS } from '../words/conditions';
import type { DraftErrors, WantDraft } from '../words/draft';
import { CONDITION_WORDS } from '../words/words';

/** One acceptable answer among others. */
export function WantEditor({
  want,
  place,
  of,
  isRanked,
  categories,
  errors,
  onChange,
  onRemove,
  onMove,
}: {
  want: WantDraft;
  /** Among the wants of the item, from 0. */
  place: number;
  of: number;
  isRanked: boolean;
  categories: readonly Category[];
  errors: DraftErrors;
  onChange: (fields: Partial<WantDraft>) => void;
  onRemove: () => void;
  onMove: (by: 1 | -1) => void;
}) {
  const text = (field: keyof WantDraft) => ({
    value: want[field] ?? '',
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLSelectElement>) =>
      onChange({ [field]: event.target.value }),
  });
  // Open from the start where something is in it; afterwards it is the reader's to open and close.
  const [saysMore] = useState(Boolean(want.minCondition || want.radiusKm || want.itemIds));
  const errorOf = (field: keyof WantDraft) => errors[`${want.key}.${field}`];
  return (
    <fieldset className="want" id={`want-${want.key}`} tabIndex={-1}>
      <legend>
        {of === 1 ? 'I would take' : isRanked ? `Choice ${place + 1}` : place === 0 ? 'I would take' : 'Or'}
      </legend>
      <div className="tools">
        {isRanked && (
          <>
            <Button kind="quiet" disabled={place === 0} aria-label="Rank higher" onClick={() => onMove(-1)}>
              <Icon name="up" />
            </Button>
            <Button kind="quiet" disabled={place === of - 1} aria-label="Rank lower" onClick={() => onMove(1)}>
              <Icon name="down" />
            </Button>
          </>
        )}
        <Button kind="quiet" aria-label="Remove this want" onClick={onRemove}>
          <Icon name="close" />
        </Button>
      </div>
      <Field label="Category">
        {(ids) => (
          <CategoryPicker
            {...ids}
            categories={categories}
            value={want.categoryId}
            onChange={(categoryId) => onChange({ categoryId })}
          />
        )}
      </Field>
      <Field label="Words" hint="Separated by commas. Rare words weigh more.">
        {(ids) => <input {...ids} dir="auto" maxLength={1_000} placeholder="steel, touring" {...text('keywords')} />}
      </Field>
      <div className="pair">
        <Field label="Worth at least" error={errorOf('minValue')}>
          {(ids) => <input {...ids} inputMode="decimal" {...text('minValue')} />}
        </Field>
        <Field label="Worth at most" error={errorOf('maxValue')}>
          {(ids) => <input {...ids} inputMode="decimal" {...text('maxValue')} />}
        </Field>
      </div>
      <details className="more" open={saysMore || undefined}>
        <summary>Condition, distance, named items</summary>
        <div className="pair">
          <Field label="Condition at least">
            {(ids) => (
              <select {...ids} {...text('minCondition')}>
                <option value="">Any</option>
                {CONDITIONS.map((condition) => (
                  <option key={condition} value={condition}>
                    {CONDITION_WORDS[condition]}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Within (km)" error={errorOf('radiusKm')}>
            {(ids) => <input {...ids} inputMode="decimal" {...text('radiusKm')} />}
          </Field>
        </div>
        <Field label="Only these items" hint="Their ids, separated by commas. They need not be listed yet.">
          {(ids) => <input {...ids} {...text('itemIds')} />}
        </Field>
      </details>
    </fieldset>
  );
}

import { useId, useMemo, useRef, useState } from 'react';
import type { Category } from '../api/types';

interface Choice {
  id: string;
  name: string;
  depth: number;
  /** Names from the root down, to search in and to tell apart what is called the same. */
  path: string;
}

const MOST_SHOWN = 200;

/** A category of the forest: the tree to walk through with the arrow keys, or words to find it by. */
export function CategoryPicker({
  categories,
  value,
  onChange,
  placeholder = 'Any',
  ...ids
}: {
  categories: readonly Category[];
  value: string | undefined;
  onChange: (categoryId: string | undefined) => void;
  placeholder?: string;
  id: string;
}) {
  const listId = useId();
  const choices = useMemo(() => inTreeOrder(categories), [categories]);
  const [query, setQuery] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const isOpen = query !== null;
  const words = (query ?? '').toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const shown = choices
    .filter(({ path }) => words.every((word) => path.toLocaleLowerCase().includes(word)))
    .slice(0, MOST_SHOWN);
  const chosen = choices.find(({ id }) => id === value);

  const choose = (choice: Choice | undefined) => {
    setQuery(null);
    onChange(choice?.id);
  };
  const move = (to: number) => {
    const next = Math.max(0, Math.min(shown.length - 1, to));
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (isOpen) move(active + step);
      else setQuery('');
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      if (shown[active]) choose(shown[active]);
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      setQuery(null);
    }
  };

  return (
    <div className="picker">
      <input
        {...ids}
        role="combobox"
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && shown[active] ? `${listId}-${active}` : undefined}
        autoComplete="off"
        placeholder={chosen ? chosen.path : placeholder}
        value={query ?? chosen?.path ?? ''}
        onFocus={(event) => event.target.select()}
        onClick={() => setQuery((now) => now ?? '')}
        onChange={(event) => {
          setQuery(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setQuery(null)}
      />
      {value !== undefined && !isOpen && (
        <button type="button" className="clear" onClick={() => choose(undefined)} aria-label="Any category">
          ×
        </button>
      )}
      {isOpen && (
        <div className="choices" id={listId} role="listbox" aria-label="Categories" ref={list}>
          {shown.map((choice, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the input takes the keys, as a combobox does
            <div
              key={choice.id}
              id={`${listId}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={choice.id === value}
              className={`depth-${Math.min(words.length > 0 ? 0 : choice.depth, 4)} ${i === active ? 'active' : ''}`}
              // The input keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(choice)}
            >
              {words.length > 0 ? choice.path : choice.name}
            </div>
          ))}
          {shown.length === 0 && (
            <div role="option" tabIndex={-1} aria-selected="false" aria-disabled="true" className="none">
              No such category
            </div>
          )}
        </div>
      )}
    </div>
  );
}

/** Parents before their children, each followed by its own. */
function inTreeOrder(categories: readonly Category[]): Choice[] {
  const children = new Map<string | undefined, Category[]>();
  for (const category of categories) {
    children.set(category.parentId, [...(children.get(category.parentId) ?? []), category]);
  }
  const choices: Choice[] = [];
  const visit = (parentId: string | undefined, depth: number, above: string) => {
    for (const { id, name = id } of children.get(parentId) ?? []) {
      const path = above ? `${above} › ${name}` : name;
      choices.push({ id, name, depth, path });
      visit(id, depth + 1, path);
    }
  };
  visit(undefined, 0, '');
  return choices;
}

import { useEffect, useState } from 'react';
import { demoUsers } from '../api/client';
import type { DemoUser } from '../api/types';
import { messageOf } from '../state/live';
import { begin, signInAs } from '../state/session';
import { Badge, Button, Field, Loading, Problem, Words } from '../ui/parts';
import { useTask } from '../ui/use-task';

/** Outside production: as anybody. In production the dev login is not there, and a token of the real one is asked for. */
export function SignIn({ notice }: { notice: string | null }) {
  const [people, setPeople] = useState<DemoUser[] | null | undefined>();
  const [problem, setProblem] = useState<string | null>(null);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each attempt asks again
  useEffect(() => {
    setProblem(null);
    demoUsers().then(setPeople, (error) => setProblem(messageOf(error)));
  }, [attempt]);

  return (
    <main className="sign-in">
      <section>
        <h1>
          <img src="/favicon.svg" alt="" width="44" height="44" />
          barterloop
        </h1>
        <p className="lead">
          You have something, you want something else. Between you and it there is a ring of people, and this finds it
          the moment it closes.
        </p>
        {notice && (
          <p className="banner" role="status">
            {notice}
          </p>
        )}
        {problem && <Problem message={problem} onRetry={() => setAttempt(attempt + 1)} />}
        {people === undefined && !problem && <Loading what="people" />}
        {people && <DevLogin people={people} />}
        {people === null && <TokenLogin />}
      </section>
    </main>
  );
}

function DevLogin({ people }: { people: DemoUser[] }) {
  const { busy, error, run } = useTask();
  const [name, setName] = useState('');
  const enter = (userId: string, role?: 'operator') => run(userId, () => signInAs(userId, role));
  return (
    <>
      {error && <Problem message={error} />}
      {people.length > 0 && <h2>Try it as</h2>}
      <ul className="people">
        {people.map(({ userId, about, role }) => (
          <li key={userId}>
            <button type="button" disabled={busy !== null} onClick={() => void enter(userId, role)}>
              <span className="avatar" aria-hidden="true">
                {userId.slice(0, 1).toUpperCase()}
              </span>
              <span>
                <strong>{userId}</strong> {role && <Badge>operator</Badge>}
                <Words className="about">{about}</Words>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <form
        className="row"
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) void enter(name.trim());
        }}
      >
        <Field label="Or as somebody new" hint="While developing anybody may be anybody.">
          {(ids) => (
            <input
              {...ids}
              dir="auto"
              value={name}
              maxLength={200}
              autoComplete="username"
              placeholder="A name"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <Button kind="main" type="submit" disabled={!name.trim()} busy={busy !== null}>
          Sign in
        </Button>
      </form>
    </>
  );
}

function TokenLogin() {
  const [token, setToken] = useState('');
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        if (token.trim()) begin(token.trim());
      }}
    >
      <Field label="Access token" hint="From your identity provider. It stays in this tab until you close it.">
        {(ids) => (
          <input
            {...ids}
            type="password"
            value={token}
            autoComplete="off"
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      <Button kind="main" type="submit" disabled={!token.trim()}>
        Sign in
      </Button>
    </form>
  );
}

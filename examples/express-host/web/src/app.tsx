import { useEffect } from 'react';
import { Shell } from './shell';
import { useRoute } from './state/route';
import { resume, session } from './state/session';
import { useStore } from './state/store';
import { SignIn } from './views/sign-in';

export function App() {
  const { live, notice } = useStore(session);
  const [view = 'matches', ...rest] = useRoute();
  useEffect(resume, []);
  return live ? <Shell live={live} view={view} rest={rest} /> : <SignIn notice={notice} />;
}

import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { applyLook } from './state/look';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import './styles/views.css';
import './styles/more.css';

applyLook();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

// Light, dark, or as the system has it.
import { useState } from 'preact/hooks';

const KEY = 'drydock.theme';
const ORDER = ['system', 'light', 'dark'] as const;
type Theme = (typeof ORDER)[number];

const stored = (): Theme => ORDER.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

export function applyTheme(theme = stored()): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

const SIGNS: Record<Theme, string> = { system: '◐', light: '☀', dark: '☾' };

export function ThemeButton() {
  const [theme, setTheme] = useState(stored);
  const next = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length]!;
  const turn = () => {
    localStorage.setItem(KEY, next);
    applyTheme(next);
    setTheme(next);
  };
  return <button type="button" class="plain" onClick={turn} title={`Colours: ${theme}`} aria-label={`Colours: ${theme}. Change to ${next}`}>{SIGNS[theme]}</button>;
}

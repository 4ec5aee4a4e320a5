import { render } from 'preact';
import { connect } from './api/live';
import { App } from './app';
import './style.css';
import { applyTheme } from './ui/theme';

applyTheme();
connect();
render(<App />, document.getElementById('app')!);

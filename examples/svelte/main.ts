// Mounts the Svelte component.
import { mount } from 'svelte';
import '../demo.ts';
import App from './app.svelte';

mount(App, { target: document.querySelector('#root')! });

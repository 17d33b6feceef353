// A page with one bell and a scripted client, driven by tests and by the screenshots.
import '../../../client/element/notification-bell.ts';
import * as samples from './samples.ts';
import { ONLINE, scriptedClient } from './scripted-client.ts';

Object.assign(globalThis, { ...samples, ONLINE, scriptedClient });

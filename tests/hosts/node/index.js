export { CallFailed, PluginError, UnusableComponent } from './errors.js';
export { Connection } from './connection.js';
export { Host } from './host.js';
export { Log } from './log.js';
export { Registration } from './registration.js';
export { Storage } from './storage/storage.js';

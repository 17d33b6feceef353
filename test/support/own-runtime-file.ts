// Each worker's runtimes are found by its own commands only: "the one started last" would else be another worker's.
import { fileURLToPath } from 'node:url';

process.env.RUNTIME_FILE = fileURLToPath(new URL(`../../.carillon/tests/${process.pid}/runtime.json`, import.meta.url));

// Finds the folder with a function's built code in the cloud assembly.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Resource } from '../stack.ts';

/** `assemblyDir` is the folder with the template, usually `cdk.out`. */
export function assetFolder(resource: Resource, assemblyDir: string): string {
  const path = resource.metadata?.['aws:asset:path'];
  if (typeof path === 'string') return resolve(assemblyDir, path);
  const where = `${resource.logicalId} (AWS::Lambda::Function)`;
  const key = resource.properties.Code?.S3Key;
  if (typeof key !== 'string') {
    throw new Error(`${where}: only code from an asset is emulated; use Code.fromAsset or NodejsFunction`);
  }
  const folder = folderOfAsset(key, assemblyDir);
  if (!folder) throw new Error(`${where}: no *.assets.json in ${assemblyDir} lists the asset ${key}; synthesize again`);
  return folder;
}

/** What CDK writes of its assets, as far as it is read here. */
interface AssetManifest {
  files?: Record<string, { source: { path: string }; destinations?: Record<string, { objectKey: string }> }>;
}

function folderOfAsset(key: string, assemblyDir: string): string | undefined {
  for (const name of readdirSync(assemblyDir)) {
    if (!name.endsWith('.assets.json')) continue;
    const manifest: AssetManifest = JSON.parse(readFileSync(join(assemblyDir, name), 'utf8'));
    for (const file of Object.values(manifest.files ?? {})) {
      const keys = Object.values(file.destinations ?? {}).map((destination) => destination.objectKey);
      if (keys.includes(key)) return resolve(assemblyDir, file.source.path);
    }
  }
  return undefined;
}

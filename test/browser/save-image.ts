// Writes an image of the documents as WebP, which the browser itself makes: less than half of the PNG.
import { writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';

/** Our choice: text stays sharp, and all images together stay below 600 KB. */
const QUALITY = 0.88;

export async function saveImage(browser: Browser, path: string, png: Buffer): Promise<void> {
  const page = await browser.newPage();
  const encoded = await page.evaluate(
    async ([base64, quality]) => {
      const { createImageBitmap, OffscreenCanvas, FileReader, atob } = globalThis as any;
      const bytes = Uint8Array.from(atob(base64) as string, (character) => character.charCodeAt(0));
      const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
      const canvas = new OffscreenCanvas(image.width, image.height);
      canvas.getContext('2d').drawImage(image, 0, 0);
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
      return new Promise<string>((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(String(reader.result).split(',')[1]!);
        reader.readAsDataURL(blob);
      });
    },
    [png.toString('base64'), QUALITY] as const,
  );
  await page.close();
  await writeFile(path, Buffer.from(encoded, 'base64'));
}

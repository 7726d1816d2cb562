// What must hold of every page, whatever is on it: no accessibility violation and
// nothing wider than the window, in both colour schemes. A picture is taken of
// each, for people to look at.

import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import assert from 'node:assert/strict';

const pictures = process.env.TESTS_PICTURES;
assert.ok(pictures, 'TESTS_PICTURES names no folder: tests/run does');
await mkdir(pictures, { recursive: true });

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [360, 768, 1280];
const PICTURED = [360, 1280];
const SCHEMES = ['light', 'dark'];

// Looks at what the page shows now, under a name for its state; the page stays as
// it was.
export async function look(page, state) {
  const before = page.viewportSize();
  const faults = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 900 });
      const where = `${state}, ${colorScheme}, ${width} px: `;
      faults.push(...(await tooWide(page)).map((what) => `${where}wider than the window: ${what}`));
      // What depends on the width does not depend on the scheme.
      if (PICTURED.includes(width) && (colorScheme === 'light' || width === 1280)) {
        faults.push(...(await violations(page)).map((what) => where + what));
      }
      if (PICTURED.includes(width)) {
        const file = path.join(pictures, `${state}-${colorScheme}-${width}.png`);
        await page.screenshot({ path: file, fullPage: true });
      }
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(before);
  if (faults.length > 0) {
    assert.fail(faults.join('\n'));
  }
}

// Every rule of axe, those of WCAG 2.2 that it leaves out included.
async function violations(page) {
  if (await page.evaluate(() => globalThis.axe === undefined)) {
    await page.evaluate(axe);
  }
  const found = await page.evaluate(async () => {
    const rules = { 'target-size': { enabled: true } };
    const { violations } = await globalThis.axe.run({ rules, resultTypes: ['violations'] });
    return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map((n) => n.html) }));
  });
  return found.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.join(' ')}`);
}

// What reaches beyond the window's right edge, and is not inside something that
// can be scrolled by itself.
function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const root = document.scrollingElement;
    const found = root.scrollWidth > width ? [`the page, ${root.scrollWidth} px`] : [];
    const scrolls = (element) =>
      element !== null &&
      element !== document.body &&
      (['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const reaches = (element) => element.getBoundingClientRect().right > width + 1;
    const beyond = [...document.body.querySelectorAll('*')].filter(reaches);
    const culprits = beyond.filter(
      (element) => ![...element.children].some(reaches) && !scrolls(element.parentElement),
    );
    return found.concat(culprits.map((element) => element.outerHTML.slice(0, 120)));
  });
}

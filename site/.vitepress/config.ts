// The site: README.md and docs/ as pages, without anything from another host.
import { cpSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = ['README.md', 'ARCHITECTURE.md', 'API.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

// Copied, because a page is compiled with the packages of the folder it is in.
const COPIES = fileURLToPath(new URL('../pages/', import.meta.url));
rmSync(COPIES, { recursive: true, force: true });
for (const path of [...PAGES, 'docs']) cpSync(join(ROOT, path), join(COPIES, path), { recursive: true });

/** The pages of a folder, titled by their first heading. */
function folder(path: string) {
  return readdirSync(join(ROOT, path))
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .sort()
    .map((name) => ({
      text: /^# (.+)$/m.exec(readFileSync(join(ROOT, path, name), 'utf8'))![1]!,
      link: `/${path}/${name.slice(0, -3)}`,
    }));
}

const docs = (...pages: [text: string, name: string][]) =>
  pages.map(([text, name]) => ({ text, link: `/docs/${name}` }));

/** Whether a link of a page leads to another page; the other files of the repository are not part of the site. */
function isPage(from: string, href: string): boolean {
  const target = join(dirname(from), decodeURI(href.split('#')[0]!));
  return target === '' || PAGES.includes(target) || (target.startsWith('docs/') && target.endsWith('.md'));
}

export default defineConfig({
  title: 'Carillon',
  description: 'Real-time notifications in your own AWS account',
  srcDir: 'pages',
  outDir: '../.carillon/site',
  cacheDir: '../.carillon/site-cache',
  // The path at which it is served: SITE_BASE=/carillon/ npm run docs:site.
  base: process.env.SITE_BASE ?? '/',
  rewrites: { 'README.md': 'index.md', 'docs/runbooks/README.md': 'docs/runbooks/index.md' },
  markdown: {
    config(md) {
      // Vue would evaluate it.
      for (const kind of ['text', 'code_inline'] as const) {
        const render = md.renderer.rules[kind]!;
        md.renderer.rules[kind] = (...given) => render(...given).replaceAll('{{', '&#123;&#123;');
      }
      // Must come before VitePress looks for dead links.
      md.core.ruler.push('repository-files', ({ tokens, env }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          const href = token.type === 'link_open' ? token.attrGet('href') : null;
          if (href === null || /^([a-z]+:|#)/.test(href) || isPage(env.relativePath ?? '', href)) continue;
          token.attrSet('href', '#');
          token.attrSet('title', 'A file of the repository');
        }
      });
    },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    sidebar: [
      {
        text: 'Start',
        items: [{ text: 'Get started', link: '/' }, ...docs(['First notification on AWS', 'first-notification'])],
      },
      {
        text: 'Use',
        items: docs(
          ['Send', 'send'],
          ['Sending from programs', 'producer'],
          ['Receive', 'receive'],
          ['The bell', 'bell'],
          ['The browser client', 'client'],
          ['The inbox over HTTP', 'rest'],
          ['Inbox API', 'inbox-api'],
          ['Push, step by step', 'push'],
          ['Delivery', 'delivery'],
          ['Protocol', 'protocol'],
        ),
      },
      {
        text: 'Run',
        items: [
          ...docs(
            ['Deploy', 'deploy'],
            ['In your CDK app', 'in-your-cdk-app'],
            ['Deploy rules', 'deploy-rules'],
            ['Operate', 'operate'],
            ['Cost and limits', 'cost'],
            ['Security', 'security'],
            ['Reliability', 'reliability'],
            ['Local runtime', 'local-runtime'],
            ['What the local runtime supports', 'local-runtime-support'],
            ['Migrate', 'migrate'],
            ['Troubleshooting', 'troubleshooting'],
            ['Glossary', 'glossary'],
          ),
          { text: 'Runbooks', link: '/docs/runbooks/', collapsed: true, items: folder('docs/runbooks') },
        ],
      },
      {
        text: 'Project',
        items: [
          { text: 'Architecture', link: '/ARCHITECTURE' },
          { text: 'API of the construct', link: '/API' },
          { text: 'Contributing', link: '/CONTRIBUTING' },
          { text: 'Changes', link: '/CHANGELOG' },
          { text: 'Decisions', collapsed: true, items: folder('docs/decisions') },
        ],
      },
    ],
  },
});

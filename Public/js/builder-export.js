// Converts between the builder and what is stored: the HTML and the project.

import { RESPONSIVE, page } from './builder-blocks.js';

const STYLE = /<style\b[^>]*>([\s\S]*?)<\/style>/gi;
const DATA_URL = /data:image\/[a-z0-9.+-]+;base64,[A-Za-z0-9+/=]+/g;

/** The email as a fragment: one <style> for phones, then the tables, styles inline. */
export function exportHTML(editor) {
  // Only rules of imported HTML: styles set in the builder are inline.
  const extra = editor.CssComposer.getAll()
    .map((rule) => rule.toCSS())
    .join('');
  const html = editor
    .getHtml({
      attributes(component, attributes) {
        const style = component.styleToString({ inline: true });
        if (style) attributes.style = style;
        // The builder gives every styled element an id; only ids that a rule uses are kept.
        if (attributes.id && !extra.includes(`#${attributes.id}`)) delete attributes.id;
        delete attributes.contenteditable;
        return attributes;
      },
    })
    .replace(/^<body[^>]*>|<\/body>$/g, '');
  return `<style>${RESPONSIVE}${extra}</style>\n${breakLines(html)}\n`;
}

// Mail clients ignore white space between table elements; in the HTML tab it makes the code readable.
function breakLines(html) {
  return html
    .replace(/>(?=<(?:\/?(?:table|tbody|tr|td|h1|h2|div|p|img|ul|ol|li)\b))/g, '>\n')
    .replace(/(<\/(?:table|tbody|tr|td)>)(?=<)/g, '$1\n');
}

/** Loads HTML into the builder. HTML from elsewhere is placed in the 600 px frame. */
export function importHTML(editor, html) {
  const rules = [];
  const body = html.replace(STYLE, (_, css) => {
    // Our own phone rules are added again by each export.
    if (!css.includes('.sb-columns')) rules.push(css);
    else rules.push(css.replace(RESPONSIVE, ''));
    return '';
  });
  const doc = new DOMParser().parseFromString(body, 'text/html');
  const framed = doc.body.querySelector('.sb-page') ? doc.body.innerHTML : page(adopt(doc.body));
  editor.setComponents(framed);
  editor.setStyle(rules.join('\n').trim());
}

function adopt(body) {
  const inner = body.innerHTML.trim();
  if (!inner) return '';
  return (
    '<table class="sb-block sb-html" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="width:100%;">' +
    `<tbody><tr><td class="sb-cell" style="padding:0;"><div class="sb-raw">${inner}</div></td></tr></tbody></table>`
  );
}

/** True when elements or words of `before` are missing in `after`, so that the builder would lose them. */
export function isLossy(before, after) {
  const inventory = (html) => {
    const doc = new DOMParser().parseFromString(html.replace(STYLE, ''), 'text/html');
    const tags = {};
    for (const el of doc.body.querySelectorAll('*')) tags[el.tagName] = (tags[el.tagName] ?? 0) + 1;
    return { tags, words: doc.body.textContent.replace(/\s+/g, ' ').trim() };
  };
  const a = inventory(before);
  const b = inventory(after);
  if (a.words !== b.words || /<!--/.test(before)) return true;
  return Object.entries(a.tags).some(
    ([tag, n]) => (b.tags[tag] ?? 0) < n && !['TBODY', 'HTML', 'HEAD', 'BODY'].includes(tag),
  );
}

// The project contains a fingerprint of its HTML. When they differ (the HTML was edited by hand or without scripts),
// the HTML is used. Pictures are stored in the HTML; the project refers to them by number.
export function packProject(editor, html) {
  const data = editor.storeData();
  const pictures = distinctPictures(html);
  const json = JSON.stringify({ html: fingerprint(html), data }, (_, value) =>
    typeof value === 'string'
      ? value.replace(DATA_URL, (url) => {
          const at = pictures.indexOf(url);
          return at < 0 ? url : `sb-picture:${at};`;
        })
      : value,
  );
  return json;
}

/** The project data, or null when it was not made from this HTML. */
export function unpackProject(project, html) {
  if (!project) return null;
  try {
    const { html: mark, data } = JSON.parse(project);
    if (mark !== fingerprint(html)) return null;
    const pictures = distinctPictures(html);
    return JSON.parse(JSON.stringify(data), (_, value) =>
      typeof value === 'string' ? value.replace(/sb-picture:(\d+);/g, (_, at) => pictures[Number(at)] ?? '') : value,
    );
  } catch {
    return null;
  }
}

const distinctPictures = (html) => [...new Set(html.match(DATA_URL) ?? [])];

// FNV-1a over UTF-16 units, to compare texts. Line ends are normalised: a form POST changes them.
function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (const c of text.replace(/\r\n/g, '\n').trim()) hash = Math.imul(hash ^ c.codePointAt(0), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

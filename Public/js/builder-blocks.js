// The blocks of the palette as email-safe HTML: tables for structure, inline styles, no scripts, no web fonts.

export const FONT = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const TABLE = 'role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"';
const INK = '#1f2933';
const QUIET = '#66727f';
const ACCENT = '#1f5fbf';

const block = (kind, inner, padding = '8px 32px', extra = '') =>
  `<table class="sb-block ${kind}" ${TABLE} style="width:100%;"><tbody><tr><td class="sb-cell" style="padding:${padding};${extra}">${inner}</td></tr></tbody></table>`;

const rich = (tag, text, style) =>
  `<${tag} class="sb-rich" style="margin:0;font-family:${FONT};${style}">${text}</${tag}>`;

const heading = (text) =>
  block(
    'sb-heading',
    rich('h1', text, `font-size:26px;line-height:1.25;font-weight:700;color:${INK};`),
    '16px 32px 8px 32px',
  );
const text = (words) => block('sb-text', rich('div', words, `font-size:16px;line-height:1.55;color:${INK};`));

const button = (label) =>
  block(
    'sb-button',
    `<table class="sb-btn" role="presentation" cellpadding="0" cellspacing="0" border="0" align="left"><tbody><tr>` +
      `<td class="sb-btn-cell" align="center" bgcolor="${ACCENT}" style="background-color:${ACCENT};border-radius:6px;">` +
      `<a class="sb-btn-link sb-rich" href="https://" target="_blank" style="display:inline-block;padding:12px 24px;font-family:${FONT};font-size:16px;` +
      `line-height:1.25;font-weight:600;color:#ffffff;text-decoration:none;">${label}</a></td></tr></tbody></table>`,
    '12px 32px',
  );

const image = () =>
  block(
    'sb-image',
    '<img class="sb-img" alt="" width="536" style="display:block;width:100%;max-width:536px;height:auto;border:0;">',
  );

const divider = () =>
  block(
    'sb-divider',
    `<table class="sb-line" ${TABLE}><tbody><tr><td class="sb-line-cell" height="1" style="border-top:1px solid #d5dae0;font-size:0;line-height:0;">&nbsp;</td></tr></tbody></table>`,
    '16px 32px',
  );

const spacer = () =>
  `<table class="sb-block sb-spacer" ${TABLE} style="width:100%;"><tbody><tr><td class="sb-cell" height="32" style="height:32px;font-size:0;line-height:0;">&nbsp;</td></tr></tbody></table>`;

const footer = () =>
  block(
    'sb-footer',
    rich(
      'div',
      'Your company name<br>Street and number, postal code, city<br>You receive this message because you are one of our members.',
      `font-size:12px;line-height:1.6;color:${QUIET};text-align:center;`,
    ),
    '24px 32px',
    'text-align:center;',
  );

const raw = () => block('sb-html', '<div class="sb-raw"><p style="margin:0;">Your own HTML</p></div>');

const columns = (n) => {
  const width = Math.floor(600 / n);
  const cell = `<td class="sb-column" width="${width}" valign="top" style="width:${(100 / n).toFixed(2).replace(/\.?0+$/, '')}%;vertical-align:top;"></td>`;
  return `<table class="sb-columns" ${TABLE} style="width:100%;"><tbody><tr>${cell.repeat(n)}</tr></tbody></table>`;
};

const svg = (inner) =>
  `<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${inner}</svg>`;

/** In the order of the palette. `content` is parsed anew for each use. */
export const BLOCKS = [
  { id: 'heading', label: 'Heading', media: svg('<path d="M6 5v14M18 5v14M6 12h12"/>'), content: heading('Heading') },
  {
    id: 'text',
    label: 'Text',
    media: svg('<path d="M4 6h16M4 10h16M4 14h16M4 18h10"/>'),
    content: text('Write your text here.'),
  },
  {
    id: 'button',
    label: 'Button',
    media: svg('<rect x="3" y="8" width="18" height="8" rx="2"/><path d="M8 12h8"/>'),
    content: button('Button'),
  },
  {
    id: 'image',
    label: 'Image',
    media: svg(
      '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M3 16l5-5 5 5 3-3 5 5"/><circle cx="16" cy="9" r="1.5"/>',
    ),
    content: image(),
  },
  { id: 'divider', label: 'Divider', media: svg('<path d="M3 12h18"/>'), content: divider() },
  {
    id: 'spacer',
    label: 'Spacer',
    media: svg('<path d="M5 4h14M5 20h14M12 8v8M9.5 10L12 7.5l2.5 2.5M9.5 14l2.5 2.5 2.5-2.5"/>'),
    content: spacer(),
  },
  {
    id: 'columns-1',
    label: '1 column',
    media: svg('<rect x="4" y="5" width="16" height="14" rx="1"/>'),
    content: columns(1),
  },
  {
    id: 'columns-2',
    label: '2 columns',
    media: svg('<rect x="3" y="5" width="8" height="14" rx="1"/><rect x="13" y="5" width="8" height="14" rx="1"/>'),
    content: columns(2),
  },
  {
    id: 'columns-3',
    label: '3 columns',
    media: svg(
      '<rect x="2" y="5" width="6" height="14" rx="1"/><rect x="9" y="5" width="6" height="14" rx="1"/><rect x="16" y="5" width="6" height="14" rx="1"/>',
    ),
    content: columns(3),
  },
  {
    id: 'footer',
    label: 'Footer',
    media: svg('<rect x="3" y="4" width="18" height="16" rx="2"/><path d="M3 15h18M8 17.5h8"/>'),
    content: footer(),
  },
  { id: 'html', label: 'Raw HTML', media: svg('<path d="M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14"/>'), content: raw() },
];

/** The 600 px frame every email stands in; fluid below that width. */
export function page(inner) {
  return (
    `<table class="sb-page" ${TABLE} style="width:100%;"><tbody><tr><td class="sb-outer" align="center" style="padding:24px 12px;">` +
    `<table class="sb-container" role="presentation" width="600" cellpadding="0" cellspacing="0" border="0" style="width:100%;max-width:600px;background-color:#ffffff;">` +
    `<tbody><tr><td class="sb-slot" style="padding:16px 0;">${inner}</td></tr></tbody></table></td></tr></tbody></table>`
  );
}

/** The content of a blank draft. */
export function starter() {
  return page(
    heading('Write a heading') +
      text('Write your message here. Drag blocks from above, or pick one with the keyboard.'),
  );
}

// On phones columns are stacked and margins are smaller. Clients without media queries keep the wide layout.
export const RESPONSIVE =
  '@media only screen and (max-width:480px){.sb-outer{padding:0!important}.sb-columns,.sb-columns>tbody,.sb-columns>tbody>tr{display:block!important;width:100%!important}' +
  '.sb-column{display:block!important;width:100%!important;box-sizing:border-box!important}.sb-cell{padding-left:20px!important;padding-right:20px!important}}';

// The settings of each kind of block: label, control, getter and setter.

import { kindOf } from './builder-types.js';

const one = (component, selector) => component.find(selector)[0];
const cell = (block) => one(block, '.sb-cell');
const rich = (block) => one(block, '.sb-rich');
const itself = (component) => component;

function restyle(component, changes) {
  const style = { ...component.getStyle(), ...changes };
  for (const name of Object.keys(style)) if (style[name] === '') delete style[name];
  component.setStyle(style);
}

const sides = (value = '0') => {
  const [top, right = top, bottom = top, left = right] = String(value)
    .trim()
    .split(/\s+/)
    .map((v) => parseInt(v, 10) || 0);
  return { top, right, bottom, left };
};

const style = (label, type, find, name, extra = {}) => ({
  label,
  type,
  ...extra,
  get: (c) => find(c)?.getStyle()[name] ?? '',
  set: (c, value) => restyle(find(c), { [name]: value }),
});
const pixels = (label, find, name, min, max) => ({
  label,
  type: 'number',
  min,
  max,
  unit: 'px',
  get: (c) => String(parseInt(find(c)?.getStyle()[name], 10) || 0),
  set: (c, value) => restyle(find(c), { [name]: `${value}px` }),
});
const attribute = (label, type, find, name, extra = {}) => ({
  label,
  type,
  ...extra,
  get: (c) => find(c)?.getAttributes()[name] ?? '',
  set: (c, value) => (value ? find(c).addAttributes({ [name]: value }) : find(c).removeAttributes(name)),
});
const spacing = (
  find,
  names = [
    ['Space above', 'top'],
    ['Space below', 'bottom'],
    ['Space at the sides', 'left'],
  ],
) =>
  names.map(([label, side]) => ({
    label,
    type: 'number',
    min: 0,
    max: 120,
    unit: 'px',
    get: (c) => String(sides(find(c)?.getStyle().padding)[side]),
    set: (c, value) => {
      const now = sides(find(c).getStyle().padding);
      now[side] = Number(value);
      if (side === 'left') now.right = now.left;
      restyle(find(c), { padding: `${now.top}px ${now.right}px ${now.bottom}px ${now.left}px` });
    },
  }));
const background = (find, label = 'Background') => ({
  ...style(label, 'color', find, 'background-color', { clearable: true }),
});
const ALIGN = [
  ['left', 'Left'],
  ['center', 'Centre'],
  ['right', 'Right'],
];
const align = (find) => style('Alignment', 'choice', find, 'text-align', { options: ALIGN, fallback: 'left' });

const FONTS = [
  ["-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif", 'System'],
  ['Arial, Helvetica, sans-serif', 'Arial'],
  ['Verdana, Geneva, sans-serif', 'Verdana'],
  ["Georgia, 'Times New Roman', serif", 'Georgia'],
  ["'Courier New', Courier, monospace", 'Courier'],
];
const plainFont = (value) => value.replace(/["']/g, '').replace(/\s*,\s*/g, ',');
const font = {
  label: 'Font',
  type: 'choice',
  options: FONTS,
  fallback: FONTS[0][0],
  get: (c) =>
    (FONTS.find(([value]) => plainFont(value) === plainFont(rich(c)?.getStyle()['font-family'] ?? '')) ?? FONTS[0])[0],
  set: (c, value) => restyle(rich(c), { 'font-family': value }),
};
const TEXT = [
  font,
  pixels('Text size', rich, 'font-size', 8, 72),
  style('Text colour', 'color', rich, 'color'),
  align(rich),
  background(cell),
  ...spacing(cell),
];

const level = {
  label: 'Level',
  type: 'choice',
  options: [
    ['h1', 'Heading 1'],
    ['h2', 'Heading 2'],
    ['h3', 'Heading 3'],
  ],
  fallback: 'h1',
  get: (c) => rich(c)?.get('tagName') ?? 'h1',
  set: (c, value) => rich(c).set('tagName', value),
};

const buttonTable = (c) => one(c, '.sb-btn');
const buttonCell = (c) => one(c, '.sb-btn-cell');
const BUTTON = [
  {
    label: 'Label',
    type: 'text',
    get: (c) => (rich(c) ? plainText(rich(c)) : ''),
    set: (c, value) => rich(c).components(escape(value)),
  },
  attribute('Link address', 'url', rich, 'href'),
  {
    label: 'Alignment',
    type: 'choice',
    options: ALIGN,
    fallback: 'left',
    get: (c) => buttonTable(c)?.getAttributes().align ?? 'left',
    set: (c, value) => buttonTable(c).addAttributes({ align: value }),
  },
  {
    label: 'Colour',
    type: 'color',
    get: (c) => buttonCell(c)?.getStyle()['background-color'] ?? '',
    // Outlook reads the attribute, other clients the style.
    set: (c, value) => {
      restyle(buttonCell(c), { 'background-color': value });
      buttonCell(c).addAttributes({ bgcolor: value });
    },
  },
  style('Text colour', 'color', rich, 'color'),
  pixels('Text size', rich, 'font-size', 8, 40),
  pixels('Rounding', buttonCell, 'border-radius', 0, 40),
  background(cell, 'Background behind'),
  ...spacing(cell),
];

const picture = (c) => one(c, '.sb-img');
const fit = (block) => {
  // Outlook only reads the width attribute of a picture; in a column it must not be the width of the page.
  const room = block.parent().is('sb-column') ? Number(block.parent().getAttributes().width) : 600;
  const { left, right } = sides(cell(block).getStyle().padding);
  const width = Math.max(16, room - left - right);
  if (Number(picture(block).getAttributes().width) <= width) return;
  picture(block).addAttributes({ width: String(width) });
  restyle(picture(block), { 'max-width': `${width}px` });
};
const source = attribute('Picture', 'picture', picture, 'src');
const IMAGE = [
  {
    ...source,
    set: (c, value) => {
      source.set(c, value);
      fit(c);
    },
  },
  attribute('Description', 'text', picture, 'alt', {
    hint: 'Read aloud by screen readers, and shown when pictures are off. Leave empty for decorative pictures.',
  }),
  {
    label: 'Width',
    type: 'number',
    min: 16,
    max: 600,
    unit: 'px',
    get: (c) => picture(c)?.getAttributes().width ?? '',
    set: (c, value) => {
      picture(c).addAttributes({ width: value });
      restyle(picture(c), { 'max-width': `${value}px` });
    },
  },
  {
    label: 'Alignment',
    type: 'choice',
    options: ALIGN,
    fallback: 'left',
    get: (c) => ({ '0 auto': 'center', '0 0 0 auto': 'right' })[picture(c)?.getStyle().margin] ?? 'left',
    set: (c, value) => restyle(picture(c), { margin: { center: '0 auto', right: '0 0 0 auto' }[value] ?? '' }),
  },
  {
    label: 'Link address',
    type: 'url',
    get: (c) => one(c, '.sb-img-link')?.getAttributes().href ?? '',
    set: linkPicture,
  },
  background(cell),
  ...spacing(cell),
];

function linkPicture(block, href) {
  const link = one(block, '.sb-img-link');
  if (link && href) return link.addAttributes({ href });
  if (link) {
    const image = picture(block).clone();
    return link.replaceWith(image);
  }
  if (!href) return undefined;
  const image = picture(block);
  const made = image
    .parent()
    .append('<a class="sb-img-link" target="_blank" style="text-decoration:none;"></a>', { at: 0 })[0];
  made.addAttributes({ href });
  return image.move(made, { at: 0 });
}

const line = (c) => one(c, '.sb-line-cell');
const lineParts = (c) => (line(c)?.getStyle()['border-top'] ?? '1px solid #d5dae0').split(/\s+/);
const DIVIDER = [
  {
    label: 'Colour',
    type: 'color',
    get: (c) => lineParts(c)[2],
    set: (c, value) => restyle(line(c), { 'border-top': `${lineParts(c)[0]} solid ${value}` }),
  },
  {
    label: 'Thickness',
    type: 'number',
    min: 1,
    max: 20,
    unit: 'px',
    get: (c) => String(parseInt(lineParts(c)[0], 10)),
    set: (c, value) => restyle(line(c), { 'border-top': `${value}px solid ${lineParts(c)[2]}` }),
  },
  background(cell),
  ...spacing(cell),
];

const SPACER = [
  {
    label: 'Height',
    type: 'number',
    min: 1,
    max: 200,
    unit: 'px',
    get: (c) => String(parseInt(cell(c)?.getStyle().height, 10) || 32),
    set: (c, value) => {
      restyle(cell(c), { height: `${value}px` });
      cell(c).addAttributes({ height: value });
    },
  },
  background(cell),
];

const HTML = [
  {
    label: 'HTML',
    type: 'code',
    get: (c) => one(c, '.sb-raw')?.getInnerHTML({ attributes: inlineAttributes }) ?? '',
    set: (c, value) => one(c, '.sb-raw').components(value),
  },
  background(cell),
  ...spacing(cell),
];

const VERTICAL = [
  ['top', 'Top'],
  ['middle', 'Middle'],
  ['bottom', 'Bottom'],
];
const COLUMN = [
  background(itself),
  ...spacing(itself, [
    ['Space above', 'top'],
    ['Space below', 'bottom'],
    ['Space at the sides', 'left'],
  ]),
  style('Vertical alignment', 'choice', itself, 'vertical-align', { options: VERTICAL, fallback: 'top' }),
];

const outer = (c) => one(c, '.sb-outer');
const container = (c) => one(c, '.sb-container');
const PAGE = [
  background(outer, 'Around the message'),
  background(container, 'Behind the message'),
  pixels('Rounding', container, 'border-radius', 0, 40),
  ...spacing(outer, [
    ['Space above', 'top'],
    ['Space below', 'bottom'],
  ]),
];

const LINK = [attribute('Link address', 'url', itself, 'href'), style('Colour', 'color', itself, 'color')];

const BY_KIND = {
  'sb-heading': [level, ...TEXT],
  'sb-text': TEXT,
  'sb-footer': TEXT,
  'sb-button': BUTTON,
  'sb-image': IMAGE,
  'sb-divider': DIVIDER,
  'sb-spacer': SPACER,
  'sb-html': HTML,
};

/** The properties of a component, in display order. */
export function propertiesOf(component) {
  if (component.is('sb-page')) return PAGE;
  if (component.is('sb-column')) return COLUMN;
  if (component.is('sb-columns')) return [background(itself)];
  if (component.is('link')) return LINK;
  return BY_KIND[kindOf(component)] ?? [];
}

function inlineAttributes(component, attributes) {
  const inline = component.styleToString({ inline: true });
  if (inline) attributes.style = inline;
  delete attributes.id;
  return attributes;
}

export function plainText(component) {
  const box = document.createElement('template');
  box.innerHTML = component.getInnerHTML();
  return box.content.textContent;
}

function escape(text) {
  return text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
}

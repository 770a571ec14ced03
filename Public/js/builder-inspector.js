// The panel next to the canvas: the settings of the selected block as labelled fields.

import { blockOf } from './builder-types.js';
import { deleteBlock, duplicateBlock, moveBlock, stepSelection } from './builder-move.js';
import { pictureFrom } from './builder-images.js';
import { propertiesOf } from './builder-properties.js';

/** @param {HTMLElement} root contains `[data-inspector-title]`, `[data-inspector-tools]`, `[data-inspector-fields]` */
export function createInspector(editor, root, editText) {
  const title = root.querySelector('[data-inspector-title]');
  const tools = root.querySelector('[data-inspector-tools]');
  const fields = root.querySelector('[data-inspector-fields]');
  const actions = {
    previous: () => stepSelection(editor, -1),
    next: () => stepSelection(editor, 1),
    up: () => moveBlock(editor, -1),
    down: () => moveBlock(editor, 1),
    duplicate: () => duplicateBlock(editor),
    delete: () => deleteBlock(editor),
    edit: () => editText(),
  };
  tools.addEventListener('click', (event) => {
    const button = event.target.closest('[data-block-action]');
    if (button) actions[button.dataset.blockAction]();
  });

  function target() {
    const selected = editor.getSelected();
    if (!selected || selected.is('wrapper')) return editor.getWrapper().find('.sb-page')[0] ?? null;
    return selected;
  }

  function render() {
    const component = target();
    const block = component && blockOf(component);
    title.textContent = component ? component.getName() : 'Settings';
    for (const button of tools.querySelectorAll('[data-needs="block"]')) button.disabled = !block;
    tools.querySelector('[data-block-action="edit"]').disabled = !block?.find('.sb-rich').length;
    fields.replaceChildren(
      ...(component ? propertiesOf(component).map((property, n) => field(component, property, n)) : []),
    );
  }

  // GrapesJS reports a selection while undo is still rebuilding the block: read it after that.
  let waiting = false;
  const later = () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      render();
    });
  };
  // A field must not be replaced while the user types in it.
  const refresh = () => {
    if (!fields.contains(document.activeElement)) later();
  };
  editor.on('component:selected component:deselected', later);
  editor.on('undo redo', later);
  editor.on('component:styleUpdate component:update:attributes', refresh);
  editor.on('load', render);
  return { render };
}

function field(component, property, n) {
  const id = `builder-property-${n}`;
  const wrap = make('div', { class: 'field builder-property' });
  const label = make('label', { for: id }, property.label);
  const controls = CONTROLS[property.type] ?? CONTROLS.text;
  wrap.append(label, ...controls(component, property, id));
  if (property.hint) wrap.append(make('p', { class: 'hint', id: `${id}-hint` }, property.hint));
  return wrap;
}

const write = (component, property, value) => {
  if (component.parent() || component.is('wrapper')) property.set(component, value);
};

function simple(type, event, attributes = {}) {
  return (component, property, id) => {
    const input = make('input', { class: 'input', id, type, value: property.get(component), ...attributes });
    if (property.hint) input.setAttribute('aria-describedby', `${id}-hint`);
    input.addEventListener(event, () => write(component, property, input.value));
    return [input];
  };
}

const CONTROLS = {
  text: simple('text', 'change', { 'data-placeholder-target': '' }),
  url: simple('text', 'change', { 'data-placeholder-target': '', inputmode: 'url', placeholder: 'https://' }),

  number(component, property, id) {
    const input = make('input', {
      class: 'input',
      id,
      type: 'number',
      min: property.min,
      max: property.max,
      step: 1,
      value: property.get(component),
    });
    input.addEventListener('change', () => {
      const value = Math.min(property.max, Math.max(property.min, Math.round(Number(input.value) || 0)));
      input.value = value;
      write(component, property, String(value));
    });
    return [make('div', { class: 'input-group' }, input, make('span', { class: 'input-suffix' }, property.unit))];
  },

  choice(component, property, id) {
    const select = make(
      'select',
      { class: 'input', id },
      ...property.options.map(([value, label]) => make('option', { value }, label)),
    );
    select.value = property.get(component) || property.fallback;
    select.addEventListener('change', () => write(component, property, select.value));
    return [select];
  },

  color(component, property, id) {
    const value = hex(property.get(component));
    const input = make('input', { class: 'builder-color', id, type: 'color', value: value ?? '#ffffff' });
    const word = make('span', { class: 'muted small' }, value ?? 'None');
    const row = make('div', { class: 'builder-color-row' }, input, word);
    const clear = make(
      'button',
      { type: 'button', class: 'btn btn--ghost btn--sm', 'aria-label': `Clear: ${property.label}` },
      'Clear',
    );
    clear.hidden = !property.clearable || !value;
    input.addEventListener('change', () => {
      word.textContent = input.value;
      clear.hidden = !property.clearable;
      write(component, property, input.value);
    });
    clear.addEventListener('click', () => {
      word.textContent = 'None';
      clear.hidden = true;
      input.focus();
      write(component, property, '');
    });
    row.append(clear);
    return [row];
  },

  code(component, property, id) {
    const area = make('textarea', {
      class: 'input input--mono',
      id,
      rows: 10,
      spellcheck: 'false',
      'data-placeholder-target': '',
    });
    area.value = property.get(component);
    area.addEventListener('change', () => write(component, property, area.value));
    return [area];
  },

  picture(component, property, id) {
    const now = property.get(component);
    const error = make('p', { class: 'error', role: 'alert', hidden: '' });
    const file = make('input', {
      class: 'input',
      id,
      type: 'file',
      accept: 'image/png,image/jpeg,image/gif,image/webp',
    });
    const address = make('input', {
      class: 'input',
      type: 'text',
      'aria-label': 'Address of the picture',
      placeholder: '… or an address',
      value: now.startsWith('data:') ? '' : now,
      inputmode: 'url',
      'data-placeholder-target': '',
    });
    const fail = (text) => {
      error.textContent = text;
      error.hidden = !text;
    };
    file.addEventListener('change', async () => {
      if (!file.files[0]) return;
      fail('');
      try {
        write(component, property, await pictureFrom(file.files[0]));
        address.value = '';
      } catch (problem) {
        fail(problem.message);
      }
    });
    address.addEventListener('change', () => {
      const value = address.value.trim();
      fail(value && !pictureAddress(value) ? 'Enter an address that begins with https:// or http://.' : '');
      if (!value || pictureAddress(value)) write(component, property, value);
    });
    const note = make(
      'p',
      { class: 'hint' },
      'PNG, JPEG, GIF or WebP. Pictures over 200 KB are made smaller. Pictures from other websites are shown in the message, not here.',
    );
    return [file, address, note, error];
  },
};

const pictureAddress = (value) => /^(https?:\/\/|\/|\{\{)/i.test(value);

/** `<input type=color>` only accepts #rrggbb. */
function hex(value) {
  if (/^#[0-9a-f]{6}$/i.test(value)) return value.toLowerCase();
  if (/^#[0-9a-f]{3}$/i.test(value))
    return (
      '#' +
      [...value.slice(1)]
        .map((c) => c + c)
        .join('')
        .toLowerCase()
    );
  const rgb = /^rgba?\((\d+)[,\s]+(\d+)[,\s]+(\d+)/.exec(value);
  return rgb
    ? '#' +
        rgb
          .slice(1)
          .map((n) => Number(n).toString(16).padStart(2, '0'))
          .join('')
    : null;
}

export function make(name, attributes = {}, ...children) {
  const el = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined && value !== null) el.setAttribute(key, value);
  el.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return el;
}

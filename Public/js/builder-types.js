// The component types of an email. Mail clients need nested tables; users want blocks in a column. So each block is one
// table (`sb-block`), a row of columns one table (`sb-columns`), and the cells, rows and bodies between them cannot be
// selected, dragged or deleted.
//
//   table.sb-page > td.sb-outer > table.sb-container > td.sb-slot >
//       ( table.sb-block | table.sb-columns > td.sb-column > table.sb-block )

export const KINDS = {
  'sb-heading': 'Heading',
  'sb-text': 'Text',
  'sb-button': 'Button',
  'sb-image': 'Image',
  'sb-divider': 'Divider',
  'sb-spacer': 'Spacer',
  'sb-footer': 'Footer',
  'sb-html': 'Raw HTML',
};

const SCAFFOLD = {
  selectable: false,
  hoverable: false,
  highlightable: false,
  badgable: false,
  layerable: false,
  draggable: false,
  droppable: false,
  removable: false,
  copyable: false,
  editable: false,
};

const icon = (path) =>
  `<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"><path fill="currentColor" d="${path}"/></svg>`;
const tool = (title, command, path, extra) => ({ label: icon(path), command, attributes: { title, ...extra } });
const UP = 'M12 5l7 7-1.4 1.4L13 8.8V20h-2V8.8l-4.6 4.6L5 12z';
const DOWN = 'M12 19l-7-7 1.4-1.4 4.6 4.6V4h2v11.2l4.6-4.6L19 12z';
const DRAG = 'M9 4h2v3H9zm4 0h2v3h-2zM9 10.5h2v3H9zm4 0h2v3h-2zM9 17h2v3H9zm4 0h2v3h-2z';
const COPY =
  'M8 3h11a2 2 0 0 1 2 2v11h-2V5H8zM5 7h9a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2zm0 2v10h9V9z';
const BIN = 'M9 3h6l1 2h4v2H4V5h4zM6 8h12l-1 13H7zm4 2v9h1.5v-9zm3 0v9h1.5v-9z';

const BLOCK_TOOLS = [
  tool('Drag', 'tlb-move', DRAG, { draggable: true, class: 'gjs-no-touch-actions' }),
  tool('Move up', 'sb:up', UP),
  tool('Move down', 'sb:down', DOWN),
  tool('Duplicate', 'sb:duplicate', COPY),
  tool('Delete', 'sb:delete', BIN),
];

const has = (el, name) => el.classList?.contains(name) ?? false;

/** GrapesJS tries types in reverse order of registration: register general types first, specific ones last. */
export function addTypes(editor) {
  const types = editor.DomComponents;
  const plain = types.getType('default').model.prototype;

  const scaffold = (tags) => (el) =>
    tags.includes(el.tagName) &&
    Boolean(el.closest('.sb-page, .sb-block, .sb-columns')) &&
    !el.closest('.sb-rich, .sb-raw');
  types.addType('sb-scaffold', {
    isComponent: scaffold(['TABLE', 'TBODY', 'TR', 'TD']),
    model: { defaults: SCAFFOLD },
  });

  const byClass = (type, name, defaults, extra = {}) =>
    types.addType(type, {
      ...(extra.extend ? { extend: extra.extend } : {}),
      isComponent: (el) => has(el, name),
      model: { defaults: { ...SCAFFOLD, ...defaults }, ...(extra.model ?? {}) },
      ...(extra.view ? { view: extra.view } : {}),
    });

  byClass('sb-page', 'sb-page', { selectable: true, name: 'Page', toolbar: [] });
  byClass('sb-slot', 'sb-slot', { droppable: '.sb-block, .sb-columns' });
  byClass('sb-columns', 'sb-columns', {
    name: 'Columns',
    selectable: true,
    hoverable: true,
    highlightable: true,
    badgable: true,
    removable: true,
    copyable: true,
    draggable: '.sb-slot',
    toolbar: BLOCK_TOOLS,
  });
  byClass('sb-column', 'sb-column', {
    name: 'Column',
    selectable: true,
    hoverable: true,
    highlightable: true,
    badgable: true,
    droppable: '.sb-block',
    toolbar: [],
  });
  byClass(
    'sb-block',
    'sb-block',
    {
      selectable: true,
      hoverable: true,
      highlightable: true,
      badgable: true,
      removable: true,
      copyable: true,
      draggable: '.sb-slot, .sb-column',
      toolbar: BLOCK_TOOLS,
    },
    {
      model: {
        init() {
          this.set('name', KINDS[kindOf(this)] ?? 'Block');
        },
        // A picture that has not been chosen yet is shown in the builder and never sent.
        toHTML(options) {
          if (kindOf(this) === 'sb-image' && !this.find('.sb-img')[0]?.getAttributes().src) return '';
          return plain.toHTML.call(this, options);
        },
      },
    },
  );
  byClass('sb-img', 'sb-img', { void: true });
  byClass('sb-img-link', 'sb-img-link', {});
  byClass('sb-raw', 'sb-raw', {});
  // Edited in place; the block around it is selected and moved.
  byClass(
    'sb-rich',
    'sb-rich',
    { editable: true },
    {
      extend: 'text',
      model: {
        // While the user types, the GrapesJS model is behind, and updating it would move the caret to the start.
        // A save during typing reads the text from the page.
        getInnerHTML(options) {
          return this.view?.rteEnabled ? written(this.view.el) : plain.getInnerHTML.call(this, options);
        },
      },
    },
  );
}

const KEPT = new Set(['href', 'target', 'rel', 'style', 'title', 'class']);

/** The text of an element that is being edited, without the editor's markup. */
function written(el) {
  const copy = el.cloneNode(true);
  for (const child of copy.querySelectorAll('*')) {
    for (const { name } of [...child.attributes]) if (!KEPT.has(name)) child.removeAttribute(name);
    for (const name of [...child.classList]) if (name.startsWith('gjs-')) child.classList.remove(name);
    if (!child.classList.length) child.removeAttribute('class');
  }
  return copy.innerHTML;
}

/** The kind of the block, from its class, for example `sb-button`; or null. */
export function kindOf(component) {
  return component.getClasses().find((name) => name in KINDS) ?? null;
}

/** The nearest element that can be moved: a block or a row of columns. */
export function blockOf(component) {
  for (let at = component; at; at = at.parent()) {
    if (at.is('sb-block') || at.is('sb-columns')) return at;
  }
  return null;
}

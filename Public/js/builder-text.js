// Text editing in the canvas: the formatting row, links and placeholders.

import { blockOf } from './builder-types.js';

const COMMANDS = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  list: 'insertUnorderedList',
  unlink: 'unlink',
};

/** @param {HTMLElement} row the formatting row: `[data-format]` buttons and the `[data-link-form]` */
export function createTextTools(editor, row) {
  const form = row.querySelector('[data-link-form]');
  const address = form.querySelector('input');
  let range = null;

  const rte = () => editor.RichTextEditor.globalRte;
  const editing = () => editor.getModel().getEditing() ?? null;
  const doc = () => editor.Canvas.getDocument();

  // A press outside the canvas would end text editing and lose focus and selection; this keeps both.
  hold(row);

  function toggle(on) {
    for (const button of row.querySelectorAll('[data-format]')) button.disabled = !on;
    if (!on) close();
    mark();
  }

  function mark() {
    for (const button of row.querySelectorAll('[data-format][aria-pressed]')) {
      const on = !button.disabled && doc()?.queryCommandState(COMMANDS[button.dataset.format]);
      button.setAttribute('aria-pressed', String(Boolean(on)));
    }
  }

  row.addEventListener('click', (event) => {
    const button = event.target.closest('[data-format]');
    if (!button || !editing()) return;
    if (button.dataset.format === 'link') return open();
    doc().execCommand(COMMANDS[button.dataset.format], false, null);
    typed();
    return mark();
  });

  function open() {
    const selection = doc().getSelection();
    range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
    const node = range?.startContainer;
    const link = (node?.nodeType === 1 ? node : node?.parentElement)?.closest('a');
    address.value = link?.getAttribute('href') ?? '';
    form.hidden = false;
    address.focus();
  }

  function close() {
    form.hidden = true;
    range = null;
  }

  function apply() {
    const href = address.value.trim();
    if (!range || !editing()) return close();
    const selection = doc().getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    if (!href) doc().execCommand('unlink');
    else if (range.collapsed) rte().insertHTML(Object.assign(doc().createElement('a'), { href, textContent: href }));
    else doc().execCommand('createLink', false, href);
    typed();
    close();
    return editing()?.view.el.focus();
  }

  // The row is inside the form of the page, so this cannot be a form itself.
  form.querySelector('[data-link-apply]').addEventListener('click', apply);
  form.querySelector('[data-link-cancel]').addEventListener('click', close);
  form.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      apply();
    }
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
      editing()?.view.el.focus();
    }
  });

  const typed = () => {
    const at = editing();
    at?.view.onInput?.();
  };

  editor.on('rte:enable', () => toggle(true));
  editor.on('rte:disable', () => toggle(false));
  editor.on('load', () => {
    doc().addEventListener('selectionchange', mark);
    doc().addEventListener('keydown', (event) => {
      if (event.key === 'Escape') editing()?.view.disableEditing();
    });
  });

  return {
    /** Moves the caret into the text of the selected block. */
    edit() {
      const rich = blockOf(editor.getSelected())?.find('.sb-rich')[0];
      if (!rich) return;
      rich.trigger('active');
      rich.view.el.focus();
    },
    /** Inserts at the caret, or at the end of the selected block's text. False when no text is selected. */
    insert(words) {
      if (editing()) {
        doc().execCommand('insertText', false, words);
        typed();
        return true;
      }
      const rich = blockOf(editor.getSelected())?.find('.sb-rich')[0];
      rich?.append({ type: 'textnode', content: words });
      return Boolean(rich);
    },
    /** Ends text editing, so that the typed text is part of the project and can be undone. */
    async finish() {
      await editing()?.view.disableEditing();
    },
  };
}

/** Presses on `element` do not end text editing or take the focus (fields inside it still can). */
export function hold(element) {
  element.addEventListener('mousedown', (event) => {
    event.stopPropagation();
    if (!event.target.closest('input, select, textarea')) event.preventDefault();
  });
}
